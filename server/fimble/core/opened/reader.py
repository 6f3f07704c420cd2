"""The state of a reading: what is open, what was closed, what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fimble.core.opened import modes
from fimble.core.opened.kinds import Open, Stack

Step = Callable[["Reader", re.Match[str], int], int]
"""The reader, the match and the number of its kind -> the place to go on at."""


@dataclass(frozen=True)
class Closed:
    """Something that was open before a text, and its closer's place in the text."""

    opened: Open
    start: int
    end: int


class Reader:
    """Reads a text step by step.

    Args:
        language: LSP identifier of the document.
        stack: What is open where the text begins.
        text: The text.
        base: The document's offset of the text.
        steps: What to do where a mode's pattern finds something, by its name.
    """

    def __init__(
        self, language: str, stack: Stack, text: str, base: int, steps: Mapping[str, Step]
    ) -> None:
        self.language, self.text, self.base, self.steps = language, text, base, steps
        self.stack: list[Open] = list(stack)
        self.closed: list[Closed] = []
        self.strays: list[int] = []
        self.dropped = 0

    def run(self, position: int) -> None:
        """Reads on from a place of the text to its end."""
        while position < len(self.text):
            pattern = modes.pattern(self.language, tuple(self.stack))
            match = pattern.search(self.text, position)
            if match is None:
                return
            group = match.lastgroup or ""
            name = group.rstrip("0123456789")
            number = int(group[len(name) :] or 0)
            position = max(self.steps[name](self, match, number), match.start())

    @property
    def inside(self) -> str:
        """The language at the place."""
        place = self.top()
        return self.stack[place].language if place >= 0 else self.language

    def push(self, opened: Open) -> None:
        """Something begins."""
        self.stack.append(opened)

    def place(self, match: re.Match[str]) -> int:
        """Where a match stands in the document."""
        return self.base + match.start()

    def pop(self, place: int, start: int, end: int) -> None:
        """Closes what stands at a place of the stack; what is inside of it is cut."""
        for one in self.stack[place + 1 :]:
            if one.kind == "soft":
                self.dropped += 1
            elif one.kind != "element" and one.end:
                self.strays.append(start)
        if self.stack[place].end:
            self.closed.append(Closed(self.stack[place], start, end))
        del self.stack[place:]

    def top(self) -> int:
        """The place of what the text directly stands in."""
        return modes.ground(self.stack)
