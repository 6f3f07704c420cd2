"""Lines of Python moved to another depth: their code moves, the inside of strings does not."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator

from fimble.core.text.python import Source

_LONG = re.compile(r"\"{3}|'{3}|\\[\r\n]")
"""Where a string may go over several lines."""
_OPENS = {tokenize.STRING, getattr(tokenize, "FSTRING_START", -1)}
_CLOSES = {tokenize.STRING, getattr(tokenize, "FSTRING_END", -1)}


def shifted(source: Source, start: int, end: int, old: str, new: str) -> str:
    """`text[start:end]` with the indentation `new` for `old` on each line that begins in it."""
    pieces, position = list[str](), start
    strings = list(_strings(source)) if _LONG.search(source.text, start, end) else []
    for line in source.line_starts(start, end):
        inside = any(first < line <= last for first, last in strings)
        if inside or not source.text.startswith(old, line) or _is_blank(source, line):
            continue
        pieces += (source.text[position:line], new)
        position = line + len(old)
    return "".join([*pieces, source.text[position:end]])


def _is_blank(source: Source, line: int) -> bool:
    return not source.text[slice(*source.lines(line, line + 1))].strip()


def _strings(source: Source) -> Iterator[tuple[int, int]]:
    """Where strings stand; formatted ones as a whole."""
    depth, start = 0, 0
    for token in source.tokens:
        if token.kind in _OPENS:
            start = start if depth else token.start
            depth += 1
        if token.kind in _CLOSES:
            depth -= 1
            if not depth:
                yield start, token.end
