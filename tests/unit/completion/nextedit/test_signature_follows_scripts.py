"""Parameters changed by hand in JavaScript or TypeScript: the calls follow, where they are sure."""

import pytest
from fimble.completion.nextedit.rules.signature_follows import signature_follows

from tests.unit.completion.nextedit.typing import after, situation


def _changed(text: str, old: str, new: str) -> str | None:
    asked = situation(text, text.replace(old, new, 1), language="typescript")
    return after(signature_follows, asked).get("doc.ts")


HEADS = {
    "a function": "function f(a: A, b: B) {}\n",
    "an exported function": "export function f(a: A, b: B) {}\n",
    "an arrow function": "const f = (a: A, b: B) => {};\n",
    "a function as a value": "const f = function (a: A, b: B) {};\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(
    ("new", "call", "wanted"),
    [
        ("a: A, b: B, c: C", "f(1, g(2));\n", "f(1, g(2), c);\n"),
        ("a: A", "f(1, 2);\n", "f(1);\n"),
        ("b: B, a: A", "f(1, 2);\n", "f(2, 1);\n"),
        ("c: C, a: A, b: B", "f(\n  1,\n  2,\n);\n", "f(\n  c,\n  1,\n  2,\n);\n"),
        ("a: A, b: B, c: C", "f(1, 2); f(...x);\n", "f(1, 2, c); f(...x);\n"),
        ("a: A, b: B, c: C", "{ const f = 1; }\nf(1, 2);\n", "{ const f = 1; }\nf(1, 2, c);\n"),
    ],
)
def test_the_calls_follow(head: str, new: str, call: str, wanted: str) -> None:
    text = head + call
    assert _changed(text, "a: A, b: B", new) == head.replace("a: A, b: B", new) + wanted


@pytest.mark.parametrize(
    ("new", "call"),
    [
        ("a: A, b: B, c?: C", "f(1, 2);\n"),
        ("a: A, b: B, c = 1", "f(1, 2);\n"),
        ("a: A, b: B, ...c", "f(1, 2);\n"),
        ("a: X, b: B", "f(1, 2);\n"),
        ("a: A, b: B, c: C", "x.f(1, 2);\n"),
        ("a: A, b: B, c: C", "f(1, 2);\ng(f);\n"),
        ("a: A, b: B, c: C", "f(1, 2);\nf = g;\n"),
        ("a: A, b: B, c: C", "f(1);\n"),
        ("a: A, b: B, c: C", "new f(1, 2);\n"),
    ],
)
def test_what_fits_or_is_not_sure_is_left_alone(new: str, call: str) -> None:
    assert _changed("function f(a: A, b: B) {}\n" + call, "a: A, b: B", new) is None


def test_methods_and_overloads_are_left_alone() -> None:
    method = "class A { f(a: A) { this.f(1); } }\n"
    assert _changed(method, "a: A", "a: A, b: B") is None
    overloads = "function f(a: A): B;\nfunction f(a: A) {}\nf(1);\n"
    assert _changed(overloads, "a: A) {", "a: A, b: B) {") is None
