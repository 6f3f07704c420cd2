"""A suggestion ends with the line, block or paragraph that it began."""

from __future__ import annotations

from dataclasses import replace

from fimble.core import text as texts
from fimble.core.brackets import balance
from fimble.core.postprocess.base import Candidate

_BLOCK_QUOTES = ('"""', "'''", "`")


def scope(candidate: Candidate) -> Candidate:
    """Cuts lines that belong to something else.

    In the middle of a line: all behind the first line, unless it opens a block or a string of
    several lines; then all behind its end. At the start of a line: all behind what closes the
    block around the cursor, or from the first line that is indented less.
    """
    lines = candidate.text.split("\n")
    if len(lines) == 1:
        return candidate
    line_prefix = candidate.context.line_prefix
    first = next((line for line in lines if line.strip()), "")
    if line_prefix.strip() and (lines[0].strip() or balance(line_prefix).opened):
        kept = _block(lines, line_prefix)
    elif first and not first.strip(" \t)]};,"):
        kept = lines[: lines.index(first) + 1]
    else:
        start = line_prefix + lines[0] if lines[0].strip() else first
        kept = _level(lines, len(texts.indentation(start)))
    return replace(candidate, text="\n".join(kept))


def _block(lines: list[str], line_prefix: str) -> list[str]:
    """The first line, or the lines up to the one that closes what the first one opened."""
    first = line_prefix + lines[0]
    for quote in _BLOCK_QUOTES:
        if first.count(quote) % 2:
            ends = (index for index, line in enumerate(lines[1:], 1) if quote in line)
            return lines[: next(ends, len(lines)) + 1]
    if first.rstrip().endswith(":"):
        return _level(lines, len(texts.indentation(first)) + 1)
    if not balance(first).opened and not lines[1].lstrip().startswith("{"):
        return lines[:1]
    for count in range(2, len(lines) + 1):
        if not balance("\n".join([first, *lines[1:count]])).opened and lines[count - 1].strip():
            return lines[:count]
    return lines


def _level(lines: list[str], base: int) -> list[str]:
    for index, line in enumerate(lines[1:], 1):
        if line.strip() and len(texts.indentation(line)) < base:
            return _trimmed(lines[:index])
    return lines


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at the end."""
    while len(lines) > 1 and not lines[-1].strip():
        lines = lines[:-1]
    return lines
