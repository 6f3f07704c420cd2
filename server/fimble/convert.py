"""Core values to LSP types and back. Positions are converted here and nowhere else."""

from __future__ import annotations

import re

from lsprotocol import types

from fimble.core.context import CursorContext
from fimble.pipeline import Completion

_LINE = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"\w*\Z")


def offset_at(text: str, position: types.Position, encoding: str) -> int:
    """The code-point offset of a position; beyond the end of its line it is the line's end.

    Args:
        text: The document.
        position: Zero-based line, and character in units of `encoding`.
        encoding: "utf-8", "utf-16" or "utf-32".
    """
    start = 0
    for _ in range(position.line):
        match = _LINE.search(text, start)
        if match is None:
            return len(text)
        start = match.end()
    match = _LINE.search(text, start)
    units = 0
    end = match.start() if match else len(text)
    for offset in range(start, end):
        units += _units(text[offset], encoding)
        if units > position.character:
            return offset
    return end


def position_at(text: str, offset: int, encoding: str) -> types.Position:
    """The position of a code-point offset, in units of `encoding`."""
    breaks = [match.end() for match in _LINE.finditer(text) if match.end() <= offset]
    start = breaks[-1] if breaks else 0
    units = sum(_units(character, encoding) for character in text[start:offset])
    return types.Position(len(breaks), units)


def _units(character: str, encoding: str) -> int:
    if encoding == "utf-16":
        return 1 + (ord(character) > 0xFFFF)
    if encoding == "utf-8":
        return len(character.encode("utf-8", "replace"))
    return 1


def inline_items(
    completion: Completion, context: CursorContext, encoding: str
) -> list[types.InlineCompletionItem]:
    """The suggestion as ghost text, none if it was withheld."""
    if not completion.shown:
        return []
    text = context.snapshot.text
    start, end = (position_at(text, at, encoding) for at in completion.insert_range)
    return [types.InlineCompletionItem(completion.shown, range=types.Range(start, end))]


def completion_items(
    completion: Completion, context: CursorContext, encoding: str
) -> list[types.CompletionItem]:
    """The suggestion as a menu item that also replaces the word it continues."""
    if not completion.shown:
        return []
    match = _WORD.search(context.line_prefix)
    word = match[0] if match else ""
    text = context.snapshot.text
    span = types.Range(
        position_at(text, context.offset - len(word), encoding),
        position_at(text, context.offset, encoding),
    )
    whole = word + completion.shown
    return [
        types.CompletionItem(
            label=whole.strip().split("\n")[0],
            kind=types.CompletionItemKind.Text,
            detail="Fimble",
            filter_text=whole,
            sort_text="\uffff",
            insert_text_format=types.InsertTextFormat.PlainText,
            text_edit=types.TextEdit(span, whole),
        )
    ]
