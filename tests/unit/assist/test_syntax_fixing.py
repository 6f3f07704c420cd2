import pytest
from fimble.assist import fixing
from fimble.checks import BUILT_IN
from fimble.core.fixes import Problem
from fimble.core.fixes.token_repair import repairs
from fimble.core.text import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.testing import ScriptedGenerator

TOTAL = """\
function total(rows) {
  return rows.map((row) => row.price * (1 + row.tax)).sum();
}
"""


def fix(text: str, language: str, *answers: str):
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", language, 1, text)
    said = iter(answers)
    generator = ScriptedGenerator(lambda _: next(said, "")) if answers else None
    (target, *_) = BUILT_IN[0].check(snapshot) or ()
    found = fixing.find(generator, snapshot, target, BUILT_IN, CancelToken())
    return apply_edits(text, found.edits), found


@pytest.mark.parametrize(
    ("language", "good", "old", "new"),
    [
        ("javascript", "export function f(a) {\n  return [a, 1];\n}\n", "export", "exprot"),
        ("go", "package a\n\nfunc f() {\n\tg(1)\n}\n", "f() {", "f() "),
        ("java", "public class A {\n\tint a = 1;\n}\n", "public", "pubilc"),
        ("typescript", "const a: string[] = [];\nconst b = { c: 1 };\n", "c: 1 }", "c: 1 ]"),
        ("python", "def f():\n    return f\n", "return", "retrun"),
    ],
)
def test_where_one_repair_parses_no_model_is_needed(
    language: str, good: str, old: str, new: str
) -> None:
    after, found = fix(good.replace(old, new, 1), language)
    assert "".join(after.split()) == "".join(good.split())
    assert found.verdict.level == "verified by fimble" or "ruff" in found.verdict.level
    assert not found.by_model


def test_where_several_repairs_parse_the_model_chooses() -> None:
    broken = TOTAL.replace("row.tax))", "row.tax)")
    assert fix(broken, "javascript")[1].edits == ()
    places = len(repairs(Problem(*_problem(broken, "javascript"))))
    after, found = fix(broken, "javascript", *["."] * places, TOTAL)
    assert after == TOTAL
    assert found.by_model
    assert found.title == "add `)`"


def test_a_sign_that_the_model_puts_there_itself_is_believed() -> None:
    snapshot, target = _problem(TOTAL.replace("row.tax))", "row.tax)"), "javascript")

    def answer(prompt: str) -> str:
        return ")" if prompt.endswith(("(1 + row.tax", "(1 + row.tax)")) else "."

    generator = ScriptedGenerator(answer)
    found = fixing.find(generator, snapshot, target, BUILT_IN, CancelToken())
    assert apply_edits(snapshot.text, found.edits) == TOTAL


def _problem(text: str, language: str):
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", language, 1, text)
    (target, *_) = BUILT_IN[0].check(snapshot) or ()
    return snapshot, target


def test_a_model_that_changes_more_than_a_token_is_not_believed() -> None:
    broken = TOTAL.replace("row.tax))", "row.tax)")
    assert (
        fix(broken, "javascript", *["."] * 20, TOTAL.replace("price", "cost"), "{}")[1].edits == ()
    )


def test_what_has_too_many_repairs_or_none_is_left() -> None:
    for text in ("((((((", "x = ) ] }\n", "def f(\n  class (:\n" * 9):
        snapshot = Snapshot("file:///a", "a", "python", 1, text)
        (target, *_) = BUILT_IN[0].check(snapshot) or ()
        for edit in repairs(Problem(snapshot, target)):
            assert not BUILT_IN[0].check(
                Snapshot("file:///a", "a", "python", 1, apply_edits(text, [edit]))
            )
