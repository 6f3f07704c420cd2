"""Expressions of scripts get a name: nothing else is evaluated, and in the same order."""

import json
import shutil
import subprocess

import pytest
from fimble.core.refactor.scripts import extract_variable as scripts
from fimble.core.text import syntax
from fimble.core.text.snapshot import apply_edits
from fimble.generation.testing import CURSOR

HEAD = """\
const seen = [];
const log = (x) => { seen.push(x); return x; };
let count = 1;
const bump = () => log(++count);
const o = { get a() { return log(7); }, f(x) { return log(x + count); }, none: null };
function main(a, b) {
"""
TAIL = "\n}\nconsole.log(JSON.stringify([main(1, 2), main(0, -1), seen]));\n"
BODIES = [
    "  const c = log(a) + bump();\n  return [c, o.f(a + 1), `${o.a} ${b}`];",
    "  if (bump() > 2 && log(b)) {\n    return o.f(bump());\n  }\n  return count + bump();",
    "  let c = b;\n  c = o.f(a) * 2;\n  return { c, d: o.a, e: [o.f(b), -c] };",
    "  return o.none?.f(bump()) ?? (a ? log(a) : bump());",
    "  const c = [1, 2].map((x) => log(x + a)), d = bump();\n  return o['f'](c.length + d);",
    "  for (let i = bump(); i < 4; i += log(1)) { log(o.a + i); }\n  return log(o.a);",
]


def run(text: str) -> object:
    done = subprocess.run(["node", "-e", text], capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.parametrize("body", BODIES)
def test_a_program_behaves_the_same_with_any_expression_extracted(body: str) -> None:
    text = HEAD + body + TAIL
    parsed = syntax.parse("javascript", text)
    assert parsed is not None
    before, count = run(text), 0
    spans = {
        parsed.span(n) for n in scripts._descend(parsed.root) if n.is_named and "main" not in str(n)
    }
    for start, end in sorted(spans):
        if not len(HEAD) <= start < len(HEAD) + len(body):
            continue
        found = scripts.extractable(parsed, start, end)
        if not isinstance(found, str):
            count += 1
            after = apply_edits(text, scripts.extract_variable(parsed, found, "extracted"))
            assert run(after) == before, after
    assert count > 0


def marked(text: str, language: str = "typescript"):
    start, end = text.index(CURSOR), text.rindex(CURSOR) - 1
    parsed = syntax.parse(language, text.replace(CURSOR, ""))
    assert parsed is not None
    return parsed, scripts.extractable(parsed, start, end)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("f(█a.b█ + 1);\n", "const c = a.b;\nf(c + 1);\n"),
        ("if (x) {\r\n\treturn █g(x)█ as T[];\r\n}\r\n", None),
        ("if (x) {\r\n\treturn [█g(x)█];\r\n}\r\n", "if (x) {\r\n\tconst c = g(x);\r\n\treturn [c];\r\n}\r\n"),
        ("if (█a.b█ > 1) {}\n", "const c = a.b;\nif (c > 1) {}\n"),
        ("const d: number = █a * 2█ - 1;\n", "const c = a * 2;\nconst d: number = c - 1;\n"),
    ],
)  # fmt: skip
def test_a_constant_stands_before_the_statement(text: str, after: str | None) -> None:
    parsed, found = marked(text)
    if after is None:
        assert isinstance(found, str)
    else:
        assert not isinstance(found, str), found
        assert apply_edits(parsed.text, scripts.extract_variable(parsed, found, "c")) == after


@pytest.mark.parametrize(
    "text",
    [
        "f(a && █g(b)█);\n",
        "f(a ? █b.c█ : 1);\n",
        "f(a?.b(█c.d█));\n",
        "f(a?.b.c[█c.d█]);\n",
        "if █(a.b)█ {}\n",
        "f(() => █a.b█);\n",
        "while (█a.b█) {}\n",
        "if (a) f(█b.c█);\n",
        "if (a) {} else if (█b.c█) {}\n",
        "f(g(), █a.b█);\n",
        "f(a.b, █g()█);\n",
        "f(a, █g()█);\n",
        "█a.b█.c = 1;\n",
        "a.b[0] = █c.d█;\n",
        "█a.b█();\n",
        "delete █a.b█;\n",
        "f(█a = 1█);\n",
        "f(█a++█);\n",
        "const { a = █b.c█ } = d;\n",
        "const a = 1, b = █c.d█;\n",
        "class A { b = █c.d█; }\n",
        "x; f(█a.b█);\n",
        "f(█a█);\n",
        "f(█a.b + █",
        "tag`${█a.b█}`;\n",
        "function f(a = █b.c█) {}\n",
        "█'use strict'█;\n",
    ],
)
def test_what_may_be_evaluated_otherwise_is_refused(text: str) -> None:
    assert isinstance(marked(text)[1], str)
