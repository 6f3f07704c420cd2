"""Where a generated text ends. Rules run inside the decode loop, on the text so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

StopRule = Callable[[str], int | None]
"""The text so far -> where to cut it and stop, None to go on."""


def single_line() -> StopRule:
    """Stops at the line break after the first line that is not blank."""

    def rule(text: str) -> int | None:
        start = len(text) - len(text.lstrip())
        end = text.find("\n", start)
        return None if end < 0 else _before(text, end)

    return rule


def line_above() -> StopRule:
    """Stops behind the line break of the first line that is not blank: text is to follow it."""
    one_line = single_line()

    def rule(text: str) -> int | None:
        end = one_line(text)
        return None if end is None else text.index("\n", end) + 1

    return rule


def closed_line(is_open: Callable[[str], bool], max_lines: int = 8) -> StopRule:
    """Stops after the first line, or where what that line opens is closed.

    What is not closed within `max_lines` lines is given up: only its first line is kept.

    Args:
        is_open: Whether a text leaves something open that nothing else closes.
        max_lines: At most so many lines, counted from the first one with text.
    """
    one_line = single_line()
    still_open = cache(is_open)

    def rule(text: str) -> int | None:
        first = one_line(text)
        if first is None:
            return None
        ends = [place for place, mark in enumerate(text) if mark == "\n" and place >= first]
        for end in ends[:max_lines]:
            if not still_open(text[: _before(text, end)]):
                return _before(text, end)
        return first if len(ends) >= max_lines else None

    return rule


def block(line_prefix: str, max_lines: int = 12) -> StopRule:
    """Stops where the block at the cursor ends, and after `max_lines` lines.

    A block ends before a line that is indented less than its first, or at a blank line that is
    followed by one of the same indentation: one paragraph at a time.

    Args:
        line_prefix: The cursor's line before the cursor, white space included.
        max_lines: At most so many lines.
    """

    def rule(text: str) -> int | None:
        lines = (line_prefix + text).split("\n")
        first = next((line for line in lines if line.strip()), None)
        if first is None:
            return None
        base = _indentation(first)
        position = -len(line_prefix)
        blank = started = False
        for index, line in enumerate(lines):
            if started and line.strip():
                level = _indentation(line)
                if level < base or (blank and level == base) or index >= max_lines:
                    return _before(text, position)
            blank = started and not line.strip()
            started = started or bool(line.strip())
            position += len(line) + 1
        return None

    return rule


def whole_lines(text: str) -> str:
    """What a text that ended too soon has of whole lines; all of it where that is none."""
    whole = text.rpartition("\n")[0].rstrip()
    return whole or text


def unless(rule: StopRule, wanted: Callable[[str], bool]) -> StopRule:
    """The rule, and an end with nothing as soon as the text so far is not wanted."""

    def both(text: str) -> int | None:
        return rule(text) if wanted(text) else 0

    return both


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _before(text: str, position: int) -> int:
    return len(text[:position].rstrip())
