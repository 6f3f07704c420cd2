import time
from collections.abc import Sequence

import pytest
from fimble.assist import fixing, likelihood
from fimble.assist.checks import BUILT_IN
from fimble.core.fixes import Problem
from fimble.core.fixes.token_repair import repairs
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import ScriptedGenerator

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
        ("typescript", "type A<T> = T extends B<infer C> ? C : T;\n", "infer", "inefr"),
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


BROKEN = TOTAL.replace("row.tax))", "row.tax)")
LINE = TOTAL.split("\n")[1]


def test_where_several_repairs_parse_the_model_chooses() -> None:
    assert len(repairs(Problem(*_problem(BROKEN, "javascript")))) > 1
    assert fix(BROKEN, "javascript")[1].edits == ()
    after, found = fix(BROKEN, "javascript", LINE)
    assert after == TOTAL
    assert found.by_model
    assert found.title == "add `)`"


@pytest.mark.parametrize("said", ["  return", "  throw", LINE.replace("price", "cost")])
def test_where_the_model_prefers_none_or_several_nothing_is_offered(said: str) -> None:
    assert fix(BROKEN, "javascript", said)[1].edits == ()


def test_a_choice_that_was_not_read_to_the_end_is_none() -> None:
    snapshot, target = _problem(BROKEN, "javascript")
    generator = ScriptedGenerator(lambda _: LINE)
    late = fixing.Options(deadline_s=-1.0)
    generator.scores = lambda request, texts, cancel: ()
    assert fixing.find(generator, snapshot, target, BUILT_IN, CancelToken(), late).edits == ()


@pytest.mark.parametrize(
    ("line", "said", "after"),
    [
        (0, "def f(customer):", "def f(customer):\n    return customer\n"),
        (1, "    return custmer", "def f(custmer):\n    return custmer\n"),
        (1, "    return", None),
    ],
)
def test_of_two_spellings_that_each_stand_once_the_model_knows_the_right_one(
    line: int, said: str, after: str | None
) -> None:
    text = "def f(custmer):\n    return customer\n"

    def script(prompt: str) -> str:
        return said if prompt.endswith("custmer):\n") == bool(line) else "?"

    snapshot = Snapshot("file:///nowhere/at/all/a", "a", "python", 1, text)
    target = next(d for d in BUILT_IN[1].check(snapshot) or () if d.code == "F821")
    assert fixing.find(None, snapshot, target, BUILT_IN, CancelToken()).edits == ()
    generator = ScriptedGenerator(script)
    found = fixing.find(generator, snapshot, target, BUILT_IN, CancelToken())
    assert (apply_edits(text, found.edits) if found.edits else None) == after


def _problem(text: str, language: str):
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", language, 1, text)
    (target, *_) = BUILT_IN[0].check(snapshot) or ()
    return snapshot, target


@pytest.mark.parametrize(
    ("language", "good", "broken"),
    [
        ("go", "package a\n\nvar b = c(\n\td(true),\n)\nvar d = true\n", "dtrue"),
        ("java", 'class A {\n\tint a = f(b, "c-d");\n}\n', '"c-d)'),
        ("java", "class A {\n\tvoid f() {\n\t\tif (a) {\n\t\t\tb();\n\t\t}\n\t}\n}\n", "\t\t\n"),
    ],
)
def test_the_right_repair_is_among_those_that_parse(language: str, good: str, broken: str) -> None:
    whole = {"dtrue": "d(true", '"c-d)': '"c-d")', "\t\t\n": "\t\t}\n"}[broken]
    text = good.replace(whole, broken)
    found = repairs(Problem(*_problem(text, language)))
    assert good in [apply_edits(text, [edit]) for edit in found]


def test_what_has_too_many_repairs_or_none_is_left() -> None:
    for text in ("((((((", "x = ) ] }\n", "def f(\n  class (:\n" * 9):
        snapshot = Snapshot("file:///a", "a", "python", 1, text)
        (target, *_) = BUILT_IN[0].check(snapshot) or ()
        for edit in repairs(Problem(snapshot, target)):
            assert not BUILT_IN[0].check(
                Snapshot("file:///a", "a", "python", 1, apply_edits(text, [edit]))
            )


def test_of_a_line_without_end_the_model_reads_what_is_near() -> None:
    text = f"def f(value):\n    x = '{'a' * 9000}' + valeu\n    return x\n"
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", "python", 1, text)
    read: list[str] = []

    class Reader(ScriptedGenerator):
        def scores(
            self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
        ) -> tuple[float, ...]:
            read.extend(texts)
            return super().scores(request, texts, cancel)

    start = text.index("valeu")
    edits = [Edit(start, start + 5, "value"), Edit(start, start + 5, "values")]
    generator = Reader(lambda _: read[1])
    until = time.perf_counter() + 60
    best = likelihood.likeliest(generator, snapshot, edits, CancelToken(), until=until)
    assert best == edits[0]
    assert len(read) == 3
    assert max(map(len, read)) < 3000
    far = [Edit(20, 20, "a"), Edit(9000, 9001, "b")]
    assert likelihood.likeliest(generator, snapshot, far, CancelToken(), until=until) is None
