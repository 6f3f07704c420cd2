"""The rows of a documentation: its frame on one side, what it says on the other."""

from __future__ import annotations

import re

from fimble.core.docstrings.reading.facts import Row

_QUOTES = re.compile(r'[A-Za-z]*("""|\'\'\')')
_CLOSING = re.compile(r"\s*\*+/\s*\Z")
_STAR = re.compile(r"\s*\*(?!/)|\s*")
_MARK = re.compile(r"\s*(?://[/!]?|#+!?)")


def split(language_id: str, existing: str) -> list[Row]:
    """The rows; none where the frame is not one that can be edited row by row."""
    lines = existing.replace("\r\n", "\n").split("\n")
    if language_id == "python":
        return _docstring(lines)
    if existing.startswith("/*"):
        return _block(lines)
    found = [(_MARK.match(line), line) for line in lines]
    return [Row(match[0], line[match.end() :]) for match, line in found if match is not None]


def _docstring(lines: list[str]) -> list[Row]:
    """A string of one piece, over as many lines as it likes."""
    opening = _QUOTES.match(lines[0])
    if opening is None:
        return []
    quotes, text = opening[1], "\n".join(lines)[opening.end() :]
    if not text.endswith(quotes) or quotes in text[: -len(quotes)].replace("\\" + quotes[0], ""):
        return []
    said = text[: -len(quotes)].split("\n")
    found = [Row("" if n else opening[0], words) for n, words in enumerate(said)]
    found[-1] = Row(found[-1].lead, found[-1].words, quotes)
    return found


def _block(lines: list[str]) -> list[Row]:
    closing = _CLOSING.search(lines[-1])
    if closing is None or (len(lines) == 1 and closing.start() < 2):
        return []
    lines = [*lines[:-1], lines[-1][: closing.start()]]
    found: list[Row] = []
    for index, line in enumerate(lines):
        match = re.match(r"/\*[*!]?", line) if index == 0 else _STAR.match(line)
        end = match.end() if match is not None else 0
        found.append(Row(line[:end], line[end:]))
    found[-1] = Row(found[-1].lead, found[-1].words, closing[0].rstrip())
    return found
