"""A suggestion ends with the line, block or paragraph that it began."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters.base import Candidate
from fimble.core.text import snapshot as texts


def scope(candidate: Candidate) -> Candidate:
    """Cuts lines that belong to something else.

    In the middle of a line: all behind the first line, unless it opens a block or a string of
    several lines; then all behind its end. At the start of a line: all behind what closes the
    block around the cursor, or from the first line that is indented less.
    """
    lines = candidate.text.split("\n")
    if len(lines) == 1:
        return candidate
    context = candidate.context
    line_prefix = context.line_prefix
    first = next((line for line in lines if line.strip()), "")
    if line_prefix.strip() and (lines[0].strip() or _depth(context, "")):
        kept = _block(lines, context)
    elif first and not first.strip(" \t)]};,"):
        kept = lines[: lines.index(first) + 1]
    else:
        start = line_prefix + lines[0] if lines[0].strip() else first
        kept = _level(lines, len(texts.indentation(start)))
    if context.above_text and len(kept) < len(lines):
        kept = [*kept, line_prefix]
    return replace(candidate, text="\n".join(kept))


def _block(lines: list[str], context: CursorContext) -> list[str]:
    """The first line, or the lines up to the one that closes what the first one opened."""
    first = context.line_prefix + lines[0]
    inside = context.read(lines[0]).inside
    if first.rstrip().endswith(":") and not (inside and inside.kind == "string"):
        return _level(lines, len(texts.indentation(first)) + 1)
    if not _depth(context, lines[0]) and not lines[1].lstrip().startswith("{"):
        return lines[:1]
    for count in range(2, len(lines) + 1):
        if not _depth(context, "\n".join(lines[:count])) and lines[count - 1].strip():
            return lines[:count]
    return lines


def _depth(context: CursorContext, text: str) -> int:
    """How much of what the cursor's line or the text opened is open behind the text."""
    start = context.offset - len(context.line_prefix)
    stack = context.read(text).stack
    here = [one for one in stack if one.offset >= start and one.kind != "soft"]
    return sum(one.end != "" or one.kind == "region" for one in here)


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
