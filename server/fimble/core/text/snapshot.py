"""Documents as values. All offsets and columns inside Fimble are Unicode code points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Snapshot:
    """A document at one version.

    Attributes:
        uri: The document's URI; also the key of everything kept per document.
        path: Path relative to the workspace, or the file's name; "" if it has none.
        language_id: LSP language identifier, for example "python".
        version: The client's version number, None if it sends none.
        text: The whole text, line endings as they are.
    """

    uri: str
    path: str
    language_id: str
    version: int | None
    text: str


@dataclass(frozen=True)
class Edit:
    """Replaces `text[start:end]` by `new_text`."""

    start: int
    end: int
    new_text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` after all `edits`, whose offsets refer to the original.

    Raises:
        ValueError: Two edits overlap, or one lies outside the text.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}..{edit.end} overlaps another or leaves the text")
        pieces += (text[position : edit.start], edit.new_text)
        position = edit.end
    return "".join([*pieces, text[position:]])


def offset_at(text: str, line: int, column: int) -> int | None:
    """The offset of a zero-based line and column, None if the text has no such place."""
    start = 0
    for _ in range(line):
        start = text.find("\n", start) + 1
        if start == 0:
            return None
    end = text.find("\n", start)
    offset = start + column
    inside = line >= 0 and column >= 0
    return offset if inside and offset <= (len(text) if end < 0 else end) else None


def line_start(text: str, offset: int) -> int:
    """Where the line of `offset` begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of `offset` ends, before its line break (CRLF counts as one)."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def indentation(line: str) -> str:
    """The white space that `line` begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A selection without the white space at its ends."""
    chosen = text[start:end]
    first = start + len(chosen) - len(chosen.lstrip())
    return first, first + len(chosen.strip())


def line_break(text: str) -> str:
    """The line break that `text` uses: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
