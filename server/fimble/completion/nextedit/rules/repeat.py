"""A change that was made on some lines is due on others like them.

Lines that stand elsewhere exactly as they stood here are changed alike. Where two changes or more
are one template, lines count as like them whose differences are where those of the changes are;
those between two changed places were passed over, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fimble.completion.nextedit.changed import Hunk, hunks
from fimble.completion.nextedit.lines import Lines
from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.completion.nextedit.template import Template, tokens
from fimble.core.text import embedded, syntax

_LEAST = 8
"""Characters of lines that are looked for after one change: `return` may be any."""
_GROWN = 4
"""Lines more than there were that one change is believed: what is pasted is no edit."""
_NOTE = re.compile(r"\s*(?:#|//|/?\*|--)")
"""How a line that is a comment begins: one that was there may be changed alike."""
_CONTEXTS = ((1, 1, 2), (1, 0, 3), (0, 1, 3))
"""Lines above and below that say where added lines belong, and how many changes it takes."""
_NEAR = 3
"""Lines around a place that may not have the added lines already."""


def repeat(situation: Situation) -> Proposal | str:
    """Does the latest change again on every line like those that were changed."""
    found = [part for hunk in hunks(situation.history) for part in _parts(hunk)]
    latest = next((hunk for hunk in found if hunk.latest), None)
    if latest is None or not "".join(latest.old + latest.new).strip():
        return ""
    document = Lines(situation.snapshot)
    for above, below, least in _CONTEXTS if not "".join(latest.old).strip() else ((0, 0, 1),):
        steps, count = _Search(document, situation.cursor, found, above, below).steps(latest)
        if steps and count >= least:
            again = "This was changed alike" if count == 1 else f"{count} places were changed alike"
            return Proposal("repeat", f"{again}.", tuple(steps))
    return ""


def _parts(hunk: Hunk) -> Iterator[Hunk]:
    """Its lines one by one, if all of them were changed alike; else the hunk."""
    lines = [*zip(hunk.old, hunk.new, strict=False)]
    alike = Template(*lines[0]) if len(hunk.old) == len(hunk.new) else None
    if alike is not None and all(_explains(alike, Template(*pair)) for pair in lines):
        for number, (old, new) in enumerate(lines):
            yield Hunk(hunk.first + number, (old,), (new,), hunk.latest)
    else:
        yield hunk


def _explains(template: Template, other: Template) -> bool:
    """Whether one change, done where the other was, is the other."""
    return (
        template.differences(other.old) is not None
        and template.applied(other.old).split() == other.new.split()
    )


@dataclass(frozen=True)
class _Search:
    """Where the latest change is looked for.

    Attributes:
        document: The document's lines.
        cursor: Where the cursor is.
        hunks: Those that were changed.
        above: How many lines above a hunk say where it belongs.
        below: How many below it.
    """

    document: Lines
    cursor: int
    hunks: list[Hunk]
    above: int
    below: int

    def steps(self, latest: Hunk) -> tuple[list[Step], int]:
        """The places that are like the latest change's, and how many changes say so."""
        template = self._template(latest)
        if template is None or not tokens(template.old):
            return [], 0
        if self._is_contradicted(template, latest):
            return [], 0
        alike = [latest, *self._alike(template, latest)]
        count = len(alike)
        if count == 1 and not self._speaks_alone(latest):
            return [], count
        places = self._like(template, alike) if count > 1 else self._equal(template)
        passed = range(min(h.first for h in alike), max(h.first for h in alike))
        added = [line.strip() for line in latest.new if line.strip()] if self._is_added else []
        found = (self._step(n, template, added) for n in places if n not in passed)
        return [step for step in found if step is not None], count

    def _speaks_alone(self, latest: Hunk) -> bool:
        """Whether one change may be repeated: it is whole code, no paste, and no short line."""
        snapshot = self.document.snapshot
        parsed = embedded.at(snapshot.language_id, snapshot.text, self.cursor)
        if parsed is None:
            return False
        in_note = "comment" in parsed.at(max(self.cursor - 1, 0)).type
        if in_note and not _NOTE.match("\n".join(latest.old)):
            return False
        start, end = self.document.span(latest.first, len(latest.new) or 1)
        if any(start <= place <= end for place in syntax.error_offsets(parsed)):
            return False
        grown = len(latest.new) - len(latest.old)
        long = len("\n".join(latest.old).strip()) >= _LEAST
        return long and grown <= _GROWN and bool("".join(latest.new).strip())

    @property
    def _is_added(self) -> bool:
        return self.above + self.below > 0

    def _template(self, hunk: Hunk) -> Template | None:
        """The change of a hunk with the lines around it, which are those of both sides."""
        first, end = hunk.first - self.above, hunk.end + self.below
        if first < 0 or end > len(self.document.all):
            return None
        before, behind = self.document.all[first : hunk.first], self.document.all[hunk.end : end]
        old, new = ("\n".join([*before, *side, *behind]) for side in (hunk.old, hunk.new))
        return Template(old, new)

    def _alike(self, template: Template, latest: Hunk) -> list[Hunk]:
        """The other hunks that are the same change."""
        return [
            hunk
            for hunk in self.hunks
            if hunk is not latest
            and bool("".join(hunk.old).strip()) != self._is_added
            and (other := self._template(hunk)) is not None
            and _explains(template, other)
        ]

    def _is_contradicted(self, template: Template, latest: Hunk) -> bool:
        """Whether lines that were the same have become others elsewhere."""
        others = (self._template(hunk) for hunk in self.hunks if hunk is not latest)
        return any(
            other is not None
            and other.old.split() == template.old.split()
            and other.new.split() != template.new.split()
            for other in others
        )

    def _like(self, template: Template, alike: list[Hunk]) -> Iterator[int]:
        """The lines that differ from the changed ones where those differ from each other."""
        others = [other for hunk in alike if (other := self._template(hunk)) is not None]
        free = {n for other in others for n in template.differences(other.old) or ()}
        for number, there in self._windows(template):
            differences = template.differences("\n".join(there))
            if differences is not None and differences.keys() <= free:
                yield number

    def _equal(self, template: Template) -> Iterator[int]:
        """The lines that are the changed ones but for their indentation."""
        own = [line.strip() for line in template.old.split("\n")]
        for number, there in self._windows(template):
            if own[0] == there[0].strip() and own == [line.strip() for line in there]:
                yield number

    def _windows(self, template: Template) -> Iterator[tuple[int, list[str]]]:
        """As many lines as were changed, from every line on, where nothing was changed."""
        taken = {n for hunk in self.hunks for n in range(hunk.first, hunk.end)}
        lines, count = self.document.all, template.old.count("\n") + 1
        for number in range(len(lines) - count + 1):
            if taken.isdisjoint(range(number, number + count)):
                yield number, lines[number : number + count]

    def _step(self, number: int, template: Template, added: list[str]) -> Step | None:
        """The change at a line, unless what it adds is there."""
        lines, count = self.document.all, template.old.count("\n") + 1
        around = lines[max(number - _NEAR, 0) : number + count + _NEAR]
        if added and added[0] in (line.strip() for line in around):
            return None
        new = template.applied("\n".join(lines[number : number + count]))
        if not new.strip():
            return self.document.without(number, count)
        return self.document.changed(number, count, new)
