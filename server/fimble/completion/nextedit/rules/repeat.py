"""A change that was made on some lines is due on others like them.

Lines that stand elsewhere exactly as they stood here are changed alike. Where two changes or more
are one template, lines count as like them whose differences are where those of the changes are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fimble.completion.nextedit.changed import Hunk, hunks
from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.completion.nextedit.template import Template, tokens
from fimble.core.text.history import between
from fimble.core.text.snapshot import Edit

_LEAST = 8
"""Characters of lines that are looked for after one change: `return` may be any."""
_CONTEXTS = ((1, 1, 2), (1, 0, 3), (0, 1, 3))
"""Lines above and below that say where added lines belong, and how many changes it takes."""
_NEAR = 3
"""Lines around a place that may not have the added lines already."""


@dataclass(frozen=True)
class _Change:
    """A hunk with some lines around it.

    Attributes:
        first: The number of its first line, in the text as it stands.
        template: The change of its lines.
    """

    first: int
    template: Template


def repeat(situation: Situation) -> Proposal | str:
    """Does the latest change again on every line like those that were changed."""
    found = hunks(situation.history)
    latest = next((hunk for hunk in found if hunk.latest), None)
    if latest is None or not "".join(latest.old + latest.new).strip():
        return ""
    document = _Document(situation, found)
    for above, below, least in _CONTEXTS if not "".join(latest.old).strip() else ((0, 0, 1),):
        steps, count = document.steps(latest, above, below)
        if steps and count >= least:
            again = "This was changed alike" if count == 1 else f"{count} places were changed alike"
            return Proposal("repeat", f"{again}.", tuple(steps))
    return ""


class _Document:
    """The lines of a document, and those of them that were changed."""

    def __init__(self, situation: Situation, changed: list[Hunk]) -> None:
        self.uri = situation.snapshot.uri
        self.lines = situation.snapshot.text.split("\n")
        self.hunks = changed
        self.taken = {n for hunk in changed for n in range(hunk.first, hunk.end)}
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def steps(self, latest: Hunk, above: int, below: int) -> tuple[list[Step], int]:
        """The places that are like the latest change's, and how many changes say so."""
        change = self._with(latest, above, below)
        if change is None or not tokens(change.template.old):
            return [], 0
        free, count = self._evidence(change, latest, above, below)
        sure = count > 1 or (
            bool("".join(latest.new).strip()) and len(change.template.old.strip()) >= _LEAST
        )
        places = self._places(change, free if count > 1 else None) if sure else ()
        added = [line.strip() for line in latest.new if line.strip()] if above or below else []
        return [s for n in places for s in self._step(n, change, above, below, added)], count

    def _with(self, hunk: Hunk, above: int, below: int) -> _Change | None:
        """A hunk with the lines around it, which are those of both sides."""
        first, end = hunk.first - above, hunk.end + below
        if first < 0 or end > len(self.lines):
            return None
        before, behind = self.lines[first : hunk.first], self.lines[hunk.end : end]
        old, new = ("\n".join([*before, *side, *behind]) for side in (hunk.old, hunk.new))
        return _Change(first, Template(old, new))

    def _evidence(
        self, change: _Change, latest: Hunk, above: int, below: int
    ) -> tuple[set[int], int]:
        """The tokens that differ between changes that are alike, and how many are."""
        free, count = set[int](), 1
        for hunk in self.hunks:
            other = self._with(hunk, above, below) if hunk is not latest else None
            if other is None or bool("".join(hunk.old).strip()) == bool(above or below):
                continue
            differences = change.template.differences(other.template.old)
            if differences is not None and (
                change.template.applied(other.template.old).split() == other.template.new.split()
            ):
                free |= differences.keys()
                count += 1
        return free, count

    def _places(self, change: _Change, free: set[int] | None) -> Iterator[int]:
        """The lines where the template fits; without `free` only equal lines do."""
        template, own = change.template, [line.strip() for line in change.template.old.split("\n")]
        for number in range(len(self.lines) - len(own) + 1):
            if not self.taken.isdisjoint(range(number, number + len(own))):
                continue
            there = self.lines[number : number + len(own)]
            if free is None:
                fits = own[0] == there[0].strip() and own == [line.strip() for line in there]
            else:
                differences = template.differences("\n".join(there))
                fits = differences is not None and differences.keys() <= free
            if fits:
                yield number

    def _step(
        self, number: int, change: _Change, above: int, below: int, added: list[str]
    ) -> Iterator[Step]:
        """The change at a line, unless what it adds is there."""
        count = change.template.old.count("\n") + 1
        around = self.lines[max(number - _NEAR, 0) : number + count + _NEAR]
        if added and added[0] in (line.strip() for line in around):
            return
        old = "\n".join(self.lines[number : number + count])
        new, start = change.template.applied(old), self.starts[number]
        if not new.strip():
            yield Step(self.uri, Edit(start, min(start + len(old) + 1, self.starts[-1] - 1), ""))
            return
        step = between(old, new)
        if step is not None:
            yield Step(self.uri, Edit(start + step.start, start + step.end, step.new))
