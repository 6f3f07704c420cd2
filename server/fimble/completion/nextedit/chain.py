"""A proposal while the user takes it step by step: what is left of it is known at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fimble.completion.nextedit.proposal import Proposal, Step
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
    """

    identity: str
    proposal: Proposal
    documents: Mapping[str, Snapshot]

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

        One step may have been taken, or all of the document's.
        """
        before = self.documents.get(key(snapshot.uri))
        if before is None:
            return None
        own = [step for step in self.proposal.steps if key(step.uri) == key(snapshot.uri)]
        if before.text == snapshot.text:
            return self._with(snapshot, {step: step for step in own})
        for taken in [*([step] for step in own), own]:
            if _is_after(before.text, taken, snapshot.text):
                rest = {step: _moved(step, taken) for step in own if step not in taken}
                return self._with(snapshot, rest)
        return None

    def _with(self, snapshot: Snapshot, own: Mapping[Step, Step]) -> Chain | None:
        """With a document as it is now, and what has become of the steps in it."""
        name = key(snapshot.uri)
        steps = tuple(
            replace(own[step], uri=snapshot.uri) if step in own else step
            for step in self.proposal.steps
            if step in own or key(step.uri) != name
        )
        if not steps:
            return None
        return replace(
            self,
            proposal=replace(self.proposal, steps=steps),
            documents={**self.documents, name: snapshot},
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


def _is_after(text: str, taken: Iterable[Step], after: str) -> bool:
    edits = [step.edit for step in taken]
    length = len(text) + sum(len(e.new_text) - (e.end - e.start) for e in edits)
    return length == len(after) and apply_edits(text, edits) == after


def _moved(step: Step, taken: Iterable[Step]) -> Step:
    """A step where it stands once others were taken."""
    edit = step.edit
    before = [e for e in (other.edit for other in taken) if e.end <= edit.start]
    by = sum(len(e.new_text) - (e.end - e.start) for e in before)
    return replace(step, edit=Edit(edit.start + by, edit.end + by, edit.new_text))
