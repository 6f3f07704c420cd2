"""A proposal while the user takes it step by step: what is left of it is known at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fimble.completion.nextedit.proposal import Proposal, Step
from fimble.core.text.history import between
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.system.place import local_path


@dataclass(frozen=True)
class Refused:
    """What a user does not want to see.

    Attributes:
        kind: The proposal's.
        texts: What was to stand in place of what, as pairs of old and new.
    """

    kind: str
    texts: frozenset[tuple[str, str]]

    def covers(self, other: Refused) -> bool:
        """Whether it is the same thing, or a part of it."""
        return self.kind == other.kind and self.texts >= other.texts


@dataclass(frozen=True)
class Chain:
    """What is left of a proposal.

    Attributes:
        identity: Its name; the same until its last step is taken.
        proposal: The steps that are left.
        documents: Key -> document, as the steps' offsets mean it; also the one of the last edit.
        holes: Where the user fills in what the step that was taken last has left open: the key of
            its document, and offsets.
    """

    identity: str
    proposal: Proposal
    documents: Mapping[str, Snapshot]
    holes: tuple[str, tuple[tuple[int, int], ...]] = ("", ())

    def document(self, step: Step) -> Snapshot:
        """The document that a step changes."""
        return self.documents[key(step.uri)]

    def old(self, step: Step) -> str:
        """What stands where a step puts its text."""
        return self.document(step).text[step.edit.start : step.edit.end]

    def refused(self) -> Refused:
        """It, as something that is not wanted."""
        return refused(self.proposal, self.documents)

    def after(self, snapshot: Snapshot) -> Chain | None:
        """What is left once a document has changed; None where it was not by a step of it.

        One step may have been taken, or all of the document's, or a hole of the last one filled.
        """
        name = key(snapshot.uri)
        before = self.documents.get(name)
        if before is None:
            return None
        own = [step for step in self.proposal.steps if key(step.uri) == name]
        if before.text == snapshot.text:
            return self._with(snapshot, own, (), self.holes)
        for taken in [*([step] for step in own), own]:
            edits = [step.edit for step in taken]
            if _is_after(before.text, edits, snapshot.text):
                rest = [step for step in own if step not in taken]
                return self._with(snapshot, rest, edits, (name, _open(taken[-1], edits[:-1])))
        change = between(before.text, snapshot.text)
        edit = Edit(change.start, change.end, change.new) if change else None
        if self.holes[0] != name or edit is None or not _in_a_hole(edit, self.holes[1]):
            return None
        return self._with(snapshot, own, [edit], (name, _filled(edit, self.holes[1])))

    def _with(
        self,
        snapshot: Snapshot,
        rest: Sequence[Step],
        edits: Sequence[Edit],
        holes: tuple[str, tuple[tuple[int, int], ...]],
    ) -> Chain | None:
        """With a document as it is now, and what is left in it once edits were made."""
        name = key(snapshot.uri)
        left = {
            step: replace(step, uri=snapshot.uri, edit=_moved(step.edit, edits)) for step in rest
        }
        steps = tuple(
            left.get(step, step)
            for step in self.proposal.steps
            if step in left or key(step.uri) != name
        )
        if not steps:
            return None
        return replace(
            self,
            proposal=replace(self.proposal, steps=steps),
            documents={**self.documents, name: snapshot},
            holes=holes,
        )


def refused(proposal: Proposal, documents: Mapping[str, Snapshot]) -> Refused:
    """A proposal as something that is not wanted."""
    return Refused(
        proposal.kind,
        frozenset(
            (documents[key(step.uri)].text[step.edit.start : step.edit.end], step.edit.new_text)
            for step in proposal.steps
        ),
    )


def key(uri: str) -> str:
    """What a document is found by, however its URI is spelled: clients escape differently."""
    return str(local_path(uri) or uri)


def _is_after(text: str, edits: Sequence[Edit], after: str) -> bool:
    length = len(text) + sum(map(_growth, edits))
    return length == len(after) and apply_edits(text, edits) == after


def _growth(edit: Edit) -> int:
    return len(edit.new_text) - (edit.end - edit.start)


def _moved(edit: Edit, others: Iterable[Edit]) -> Edit:
    """An edit where it stands once others were made."""
    by = sum(_growth(other) for other in others if other.end <= edit.start)
    return Edit(edit.start + by, edit.end + by, edit.new_text)


def _open(step: Step, others: Iterable[Edit]) -> tuple[tuple[int, int], ...]:
    """The holes of a step that was taken, in the text that has it and others."""
    start = _moved(step.edit, others).start
    return tuple((start + first, start + last) for first, last in step.holes)


def _in_a_hole(edit: Edit, holes: Iterable[tuple[int, int]]) -> bool:
    return any(start <= edit.start and edit.end <= end for start, end in holes)


def _filled(edit: Edit, holes: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The holes once an edit was made in one of them."""
    by = _growth(edit)
    return tuple(
        (start + by * (edit.end < start), end + by * (edit.end <= end)) for start, end in holes
    )
