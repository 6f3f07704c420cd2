"""How the model is asked, and what becomes of its answer."""

import pytest
from fimble.core.fixes import diffing, unit
from fimble.core.text import rewriting
from fimble.core.text.snapshot import apply_edits
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.fixes.problems import TEXT, problem


def test_the_unit_is_the_largest_small_statement() -> None:
    found = problem(TEXT, "Exception")
    start, end = unit.unit(found) or (0, 0)
    assert TEXT[start:end].startswith("    def load")
    start, end = unit.unit(found, max_lines=5) or (0, 0)
    assert TEXT[start:end].startswith("        try:")


def test_the_unit_of_other_languages_is_a_node_of_the_tree() -> None:
    text = "let a = 1;\nfunction f() {\n  return b;\n}\n"
    start, end = unit.unit(problem(text, "b", "javascript"), max_lines=3) or (0, 0)
    assert text[start:end] == "function f() {\n  return b;\n}\n"


def test_what_is_too_long_to_copy_has_no_unit() -> None:
    text = "def f():\n" + "    print(1)\n" * 90
    assert unit.unit(problem(text, "def f")) is None
    assert unit.unit(problem(text, "1")) is not None
    wide = f"def f():\n    x = '{'a' * 9000}'\n    return y\n"
    assert unit.unit(problem(wide, "x =")) is None
    start, end = unit.unit(problem(wide, "y")) or (0, 0)
    assert wide[start:end] == "    return y\n"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_an_answer_gets_the_indentation_and_the_line_breaks_back(line_break: str) -> None:
    text = TEXT.replace("\n", line_break)
    found = problem(text, "Exception")
    span = unit.unit(found)
    assert span is not None
    question = unit.rewrite(found, span)
    shown = "".join(s.text for s in question.prompt)
    assert "\ndef load(self, path):\n    try:\n" in shown
    said = shown[shown.index("def load") : shown.index("\n```", shown.index("def load"))]
    assert rewriting.answer(question, found.snapshot, said + "\n") == text


def test_code_whose_strings_would_move_is_shown_as_it_is() -> None:
    text = 'class A:\n    def f(self):\n        return """\nx"""\n'
    found = problem(text, "self")
    question = unit.rewrite(found, unit.unit(found) or (0, 0))
    assert question.indent == ""


@given(
    st.lists(st.sampled_from(["a\n", "b\n", "  c\n", "é🙂\r\n", "\n", "tail"]), max_size=8),
    st.lists(st.sampled_from(["a\n", "b\n", "  c\n", "é🙂\r\n", "\n", "tail"]), max_size=8),
)
def test_the_smallest_edits_lead_from_one_text_to_the_other(a: list[str], b: list[str]) -> None:
    old, new = "".join(a), "".join(b)
    assert apply_edits(old, diffing.smallest(old, new)) == new


def test_the_smallest_edit_leaves_the_rest_alone() -> None:
    (edit,) = diffing.smallest("a\nfoo(1)\nb\n", "a\nfoo(12)\nb\n")
    assert (edit.start, edit.end, edit.new_text) == (7, 7, "2")
