"""A document as lines, and steps that change some of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from fimble.completion.nextedit.proposal import Step
from fimble.core.text.history import Change, between, of_words
from fimble.core.text.snapshot import Edit, Snapshot, line_break


@dataclass(frozen=True)
class Lines:
    """The lines of a document.

    Attributes:
        snapshot: The document.
    """

    snapshot: Snapshot

    @cached_property
    def all(self) -> list[str]:
        """The lines, without their breaks."""
        return [line.removesuffix("\r") for line in self.snapshot.text.split("\n")]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.snapshot.text.split("\n"))]

    def span(self, first: int, count: int) -> tuple[int, int]:
        """Where some lines begin, and end before the last one's break."""
        return self._starts[first], self._starts[first + count - 1] + len(
            self.all[first + count - 1]
        )

    def changed(self, first: int, count: int, new: str) -> Step | None:
        """The smallest step of whole words that puts other lines in place of some."""
        start, end = self.span(first, count)
        new = new.replace("\r", "").replace("\n", line_break(self.snapshot.text))
        step = between(self.snapshot.text[start:end], new)
        if step is None:
            return None
        step = of_words(self.snapshot.text, Change(start + step.start, step.old, step.new))
        return Step(self.snapshot.uri, Edit(step.start, step.end, step.new))

    def without(self, first: int, count: int) -> Step:
        """The step that takes lines out with their breaks."""
        end = min(self._starts[first + count], len(self.snapshot.text))
        return Step(self.snapshot.uri, Edit(self._starts[first], end, ""))
