"""Tokens of Python with their places in code points, whatever the lines end with."""

from __future__ import annotations

import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

LAYOUT = frozenset({tokenize.NL, tokenize.COMMENT})
LINE_ENDS = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True)
class Token:
    """A token of Python.

    Attributes:
        kind: A number of the module `tokenize`.
        text: Its text.
        start: Where it begins.
        end: Where it ends.
    """

    kind: int
    text: str
    start: int
    end: int


def tokens(text: str, starts: Sequence[int]) -> tuple[Token, ...]:
    """All tokens; none if the text cannot be cut into tokens.

    Args:
        text: The text.
        starts: Where its lines begin.
    """
    lines = iter(_lines(text, starts))

    def place(line: int, column: int) -> int:
        return min(starts[min(line, len(starts)) - 1] + column, len(text))

    try:
        return tuple(
            Token(t.type, text[start:end], start, end)
            for t in tokenize.generate_tokens(lambda: next(lines, ""))
            if (start := place(*t.start)) <= (end := place(*t.end))
        )
    except (tokenize.TokenError, SyntaxError):
        return ()


def _lines(text: str, starts: Sequence[int]) -> list[str]:
    """The lines, each with a line feed at its end; CRLF is one character shorter so."""
    ends = [*starts[1:], len(text)]
    lines = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return [line.replace("\r\n", "\n").replace("\r", "\n") for line in lines]
