import pytest
from fimble.lsp import convert
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

TEXT = "a🙂é\r\n\tb\rc\n"


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_units_of_each_encoding(encoding: str, character: int) -> None:
    assert convert.offset_at(TEXT, Position(0, character), encoding) == 2
    assert convert.position_at(TEXT, 2, encoding) == Position(0, character)


def test_places_outside_move_to_the_nearest_inside() -> None:
    assert convert.offset_at(TEXT, Position(0, 99), "utf-16") == 3
    assert convert.offset_at(TEXT, Position(99, 0), "utf-16") == len(TEXT)
    assert convert.offset_at(TEXT, Position(0, 2), "utf-16") == 1


@given(st.text(), st.data(), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_there_and_back(text: str, data: st.DataObject, encoding: str) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        return
    assert convert.offset_at(text, convert.position_at(text, offset, encoding), encoding) == offset
