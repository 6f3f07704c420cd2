"""The state of a reading: what is open, what was closed, what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fimble.core.completion.opened import modes
from fimble.core.completion.opened.kinds import Open, Stack

Step = Callable[["Reader", re.Match[str], int], int]
"""The reader, the match and the number of its kind -> the place to go on at."""


DEEP = 200
"""So many open things are looked through for what a closer fits; who nests deeper is no person."""


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
        self.stack: list[Open] = []
        self._frames: list[modes.Frame] = []
        self.closed: list[Closed] = []
        self.strays: list[int] = []
        self.dropped = 0
        for opened in stack:
            self.push(opened)

    def run(self, position: int) -> None:
        """Reads on from a place of the text to its end."""
        while position < len(self.text):
            match = self._pattern().search(self.text, position)
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
        self._frames.append(modes.frame(self.frame, self.stack, len(self.stack) - 1))

    def cut(self, place: int) -> None:
        """Leaves what stands at a place of the stack and above it, closed or not."""
        del self.stack[place:], self._frames[place:]

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
        self.cut(place)

    def top(self) -> int:
        """The place of what the text directly stands in."""
        return self.frame.ground

    def down(self, first: int | None = None, ground: int = -1) -> range:
        """Places of the stack that a closer may fit, innermost first, at most `DEEP` of them.

        Args:
            first: The innermost one; what the place directly stands in unless said otherwise.
            ground: The last one is above this.
        """
        first = self.top() if first is None else first
        return range(first, max(ground, first - DEEP), -1)

    @property
    def frame(self) -> modes.Frame:
        """What counts of the stack."""
        return self._frames[-1] if self._frames else modes.Frame()

    def _pattern(self) -> re.Pattern[str]:
        frame = self.frame
        top = self.stack[frame.ground] if frame.ground >= 0 else None
        until = self.stack[frame.region].until if frame.region >= 0 else ""
        line_end = top is not None and self._frames[frame.ground].limit >= 0
        return modes.pattern(self.language, top, until, line_end)
