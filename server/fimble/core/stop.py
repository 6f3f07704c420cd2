"""Where a generated text ends. Rules run inside the decode loop, on the text so far."""

from __future__ import annotations

from collections.abc import Callable

StopRule = Callable[[str], int | None]
"""The text so far -> where to cut it and stop, None to go on."""


def single_line() -> StopRule:
    """Stops at the line break after the first line that is not blank."""

    def rule(text: str) -> int | None:
        start = len(text) - len(text.lstrip())
        end = text.find("\n", start)
        if end < 0:
            return None
        return end - 1 if text[end - 1] == "\r" else end

    return rule
