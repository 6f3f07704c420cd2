"""The server's copy of a document is the client's, after any edits of any text."""

import os
import random
import re

import pytest
from fimble.core.text import positions
from fimble.lsp.documents import LspDocument
from lsprotocol import types
from pygls.workspace import PositionCodec

from tests.unit.lsp.wire.lsp_text import Document, code_units
from tests.unit.lsp.wire.talk import INITIALIZE, URI, talk

DOCUMENTS = 4000 if "FIMBLE_THOROUGH" in os.environ else 300
ENCODINGS = ("utf-8", "utf-16", "utf-32")
PIECES = [
    *("\n", "\r\n", "\r", "\n\r", "\r\r\n", "\f", "\v", "\x1c", "\x1d", "\x1e", "\x85"),
    *(
        "\u2028",
        "\u2029",
        "\0",
        "\ufeff",
        "😀",
        "é",
        "漢",
        "e\u0301",
        "👩‍🚀",
        "\U0010ffff",
        "\uffff",
    ),
    *("def f(a):", "    return total", "x = 1", " ", "\t", "a", "", "}", '"'),
]


def text_from(chance: random.Random, pieces: list[str], most: int) -> str:
    return "".join(chance.choice(pieces) for _ in range(chance.randrange(most)))


def place_in(chance: random.Random, model: Document) -> tuple[int, int]:
    """Mostly inside, now and then beyond a line or the text, or within a character."""
    lines = model.lines()
    line = chance.randrange(len(lines) + (chance.random() < 0.1))
    width = sum(size for _, size in model.characters(line)) if line < len(lines) else 3
    beyond = chance.choice((0, 0, 0, 1, 2, 2**31 - 1 - width))
    return line, chance.randrange(width + 1) + beyond if chance.random() < 0.9 else beyond


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_edits_leave_the_same_text_as_in_the_client(encoding: str) -> None:
    for number in range(DOCUMENTS):
        chance = random.Random(f"{encoding} {number}")
        halves = encoding == "utf-16" and number % 5 == 0
        pieces = [*PIECES, "\ud83d", "\ude00"] if halves else PIECES
        model = Document(text_from(chance, pieces, 25), encoding)
        document = LspDocument(URI, model.text, 1, "python", PositionCodec(encoding))
        for _ in range(chance.randrange(1, 10)):
            start, end = place_in(chance, model), place_in(chance, model)
            end = start if chance.random() < 0.4 else end
            new = text_from(chance, pieces, 5)
            span = types.Range(types.Position(*start), types.Position(*end))
            document.apply_change(types.TextDocumentContentChangePartial(span, new))
            model.replace(start, end, new)
            assert document.source == model.text, (encoding, number)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_are_those_of_the_client_and_lead_back(encoding: str) -> None:
    for number in range(DOCUMENTS):
        chance = random.Random(f"{encoding} {number}")
        model = Document(text_from(chance, PIECES, 25), encoding)
        text = model.text
        for _ in range(10):
            line, character = place_in(chance, model)
            offset = positions.offset_at(text, line, character, encoding)
            assert len(code_units(text[:offset])) == model.place(line, character)
            back = positions.position_at(text, offset, encoding)
            assert positions.offset_at(text, *back, encoding) == offset
            assert model.place(*back) == model.place(line, character)


LINE_ENDS_OF_OTHERS = ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("character", LINE_ENDS_OF_OTHERS, ids=ascii)
async def test_what_is_no_line_end_changes_no_line(character: str) -> None:
    async with talk() as client:
        client.open(f"{character}\ndef f(a):\n    total = a * 3\n    return total + a\n")
        span = {"start": {"line": 3, "character": 20}, "end": {"line": 3, "character": 20}}
        change = {"textDocument": {"uri": URI, "version": 2}}
        client.tell(
            "textDocument/didChange",
            {**change, "contentChanges": [{"range": span, "text": " + 1"}]},
        )
        document = client.server.workspace.text_documents[URI]
        assert document.source.endswith("    return total + a + 1\n")
        inside = {"start": {"line": 2, "character": 5}, "end": {"line": 2, "character": 5}}
        client.ask(
            1,
            "textDocument/codeAction",
            {"textDocument": {"uri": URI}, "range": inside, "context": {"diagnostics": []}},
        )
        assert "result" in await client.answer(1)


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_the_negotiated_encoding_is_that_of_edits(encoding: str) -> None:
    async with talk(initialized=False) as client:
        general = {"general": {"positionEncodings": [encoding]}}
        client.ask(1, "initialize", {**INITIALIZE, "capabilities": general})
        assert (await client.answer(1))["result"]["capabilities"]["positionEncoding"] == encoding
        client.open("é😀x = 1")
        units = {"utf-8": 6, "utf-16": 3, "utf-32": 2}[encoding]
        span = {name: {"line": 0, "character": units} for name in ("start", "end")}
        change = {"textDocument": {"uri": URI, "version": 2}}
        client.tell(
            "textDocument/didChange", {**change, "contentChanges": [{"range": span, "text": "|"}]}
        )
        assert client.server.workspace.text_documents[URI].source == "é😀|x = 1"


async def test_an_edit_that_cannot_be_meant_changes_nothing() -> None:
    async with talk() as client:
        client.open("a\nb")
        for span in (
            {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}},
            {"start": {"line": 0, "character": 0.5}, "end": {"line": 0, "character": 1}},
            {"start": {"line": 0, "character": 0}},
        ):
            change = {"textDocument": {"uri": URI, "version": 2}}
            edit = {**change, "contentChanges": [{"range": span, "text": "X"}]}
            client.tell("textDocument/didChange", edit)
        assert client.server.workspace.text_documents[URI].source == "a\nb"


@pytest.mark.parametrize(
    ("text", "span", "new", "whole"),
    [
        ("a\nb", ((0, 0), (1, 2147483647)), "X", "X"),
        ("abc\ndef", ((1, 99), (1, 99)), "!", "abc\ndef!"),
        ("ab\r\ncd", ((0, 4), (0, 4)), "!", "ab!\r\ncd"),
        ("ab\rcd", ((0, 3), (0, 9)), "!", "ab!\rcd"),
        ("ab", ((7, 0), (9, 9)), "!", "ab!"),
        ("a😀b", ((0, 2), (0, 2)), "!", "a!😀b"),
        ("abc", ((0, 2), (0, 1)), "!", "a!c"),
        ("", ((0, 0), (0, 0)), "\r\n", "\r\n"),
        ("a\r", ((1, 0), (1, 0)), "\n", "a\r\n"),
    ],
)
def test_places_beyond(
    text: str, span: tuple[tuple[int, int], tuple[int, int]], new: str, whole: str
) -> None:
    document = LspDocument(URI, text, 1, "python", PositionCodec("utf-16"))
    wanted = types.Range(*(types.Position(*place) for place in span))
    document.apply_change(types.TextDocumentContentChangePartial(wanted, new))
    assert document.source == whole


@pytest.mark.parametrize("breaks", [("\n",), ("\r\n",), ("\r",), ("\n", "\r\n", "\r", "\f\u2028")])
def test_every_line_of_a_large_document_is_found(breaks: tuple[str, ...]) -> None:
    chance = random.Random(str(breaks))
    for _ in range(10):
        pieces = ["x" * chance.randrange(300) + chance.choice(breaks) for _ in range(500)]
        text = "".join(pieces)
        starts = [0, *(found.end() for found in re.finditer("\r\n|\n|\r", text))]
        for line, start in enumerate(starts):
            assert positions.offset_at(text, line, 0, "utf-16") == start
            assert positions.position_at(text, start, "utf-16") == (line, 0)
        assert positions.offset_at(text, len(starts), 0, "utf-16") == len(text)
