"""Brackets and quotes by their characters alone: for text that no parser takes yet."""

from __future__ import annotations

from dataclasses import dataclass

CLOSER_OF = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(CLOSER_OF.values())
QUOTES = frozenset("\"'`")


@dataclass(frozen=True)
class Balance:
    """What a piece of text leaves open, and closes without having opened it.

    Attributes:
        opened: Closers that are missing at its end, innermost first.
        unmatched: Closers that it has too many, in order, with their offsets.
    """

    opened: str
    unmatched: tuple[tuple[str, int], ...]


def balance(text: str, quote: str = "") -> Balance:
    """Reads `text` once; brackets in strings do not count, a string ends with its line.

    Args:
        text: A piece of code.
        quote: The quote that is open where it begins; its end counts as unmatched.
    """
    stack: list[str] = []
    unmatched: list[tuple[str, int]] = []
    inside, borrowed = quote, bool(quote)
    skip = False
    for offset, character in enumerate(text):
        if skip:
            skip = False
        elif inside:
            skip = character == "\\"
            if character == inside and borrowed:
                unmatched.append((character, offset))
            if character == inside or character == "\n":
                inside, borrowed = "", False
        elif character in QUOTES and not _apostrophe(text, offset):
            inside = character
        elif character in CLOSER_OF:
            stack.append(CLOSER_OF[character])
        elif character in CLOSERS:
            if stack and stack[-1] == character:
                stack.pop()
            else:
                unmatched.append((character, offset))
    return Balance(inside * (not borrowed) + "".join(reversed(stack)), tuple(unmatched))


def open_quote(line: str) -> str:
    """The quote that is open at the end of a line's beginning, "" if none is."""
    opened = balance(line).opened
    return opened[0] if opened and opened[0] in QUOTES else ""


def _apostrophe(text: str, offset: int) -> bool:
    """An English apostrophe, a Rust lifetime or the mark of a label opens no string."""
    if text[offset] != "'":
        return False
    before = text[offset - 1] if offset else ""
    return before.isalnum() or before in ("&", "<")
