from fimble.core.text import syntax
from hypothesis import given
from hypothesis import strategies as st

CODE = st.text("ab =()[]{}:\n\t'\"é🙂def", max_size=60)


def test_offsets_are_code_points() -> None:
    parsed = syntax.parse("python", "é = f(🙂, x)\n")
    assert parsed is not None
    node = parsed.at(9)
    assert (parsed.source(node), parsed.span(node)) == ("x", (9, 10))


@given(CODE, CODE, CODE)
def test_an_edited_tree_has_the_errors_of_a_new_one(before: str, after: str, new: str) -> None:
    parsed = syntax.parse("javascript", before + after)
    assert parsed is not None
    again = syntax.edited(parsed, len(before), len(before), new)
    assert again.text == before + new + after
    assert again.root.end_byte <= len(again.text.encode("utf-8", "replace"))


def test_errors_are_found_where_they_are() -> None:
    parsed = syntax.parse("python", "x = 1\ny = = 2\n")
    assert parsed is not None
    (offset,) = syntax.error_offsets(parsed)
    assert 6 <= offset <= 12


def test_a_long_document_and_a_strange_language_are_not_parsed() -> None:
    assert syntax.parse("python", "x" * (syntax.MAX_CHARACTERS + 1)) is None
    assert syntax.parse("klingon", "x") is None
