"""What is open at a place of a text: brackets, strings, holes, elements, comments, regions.

One model for all that judges text at a cursor: what behind the cursor closes something, what a
suggestion leaves open, where a line or a statement goes on.
"""

from __future__ import annotations

from functools import lru_cache

from fimble.core.completion.opened.kinds import Open, Stack
from fimble.core.completion.opened.reader import Closed
from fimble.core.completion.opened.reading import Reading, read

__all__ = ["Closed", "Open", "Reading", "Stack", "at", "closing", "onward", "read"]

_CHUNK = 1_024
_DEEPEST = 1_000
"""So many of the innermost open things are kept: time must not grow with the square of depth."""
_FAR = 60_000
"""So far back at least is read, and at most half as much again: further up only blocks are open."""


def at(language: str, text: str, offset: int) -> Stack:
    """What is open at an offset.

    Read in chunks that are kept, so that after a keystroke only the last one is read again.
    """
    start = max(0, offset - _FAR) // (_FAR // 2) * (_FAR // 2)
    start = text.find("\n", start, offset) + 1 or start if start else 0
    return onward(language, (), text, start, offset)


def onward(language: str, stack: Stack, text: str, start: int, offset: int) -> Stack:
    """What is open at an offset, where what is open at `start`, at or before it, is known."""
    while True:
        end = text.find("\n", start + _CHUNK, offset) + 1
        if not end and text[offset - 1 : offset] == "\n":
            return _chunk(language, stack, text[start:offset], start)
        if not end:
            return read(language, stack, text[start:offset], base=start).stack[-_DEEPEST:]
        stack = _chunk(language, stack, text[start:end], start)
        start = end


@lru_cache(maxsize=1024)
def _chunk(language: str, stack: Stack, text: str, base: int) -> Stack:
    return read(language, stack, text, base=base).stack[-_DEEPEST:]


def closing(stack: Stack) -> str:
    """What would close it all. A bracket in a string or comment need not be closed."""
    return "".join(opened.end for opened in reversed(stack) if opened.kind != "soft")
