"""What follows from the last edit: the first rule whose proposal is proved speaks."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable

from fimble.completion.nextedit import proof
from fimble.completion.nextedit.hunks import grouped
from fimble.completion.nextedit.proposal import Proposal, Rule, Silence, Situation, Step
from fimble.completion.nextedit.rules import RULES


def propose(
    situation: Situation,
    rules: Iterable[Rule] = RULES,
    wanted: Callable[[Proposal], bool] = lambda proposal: True,
) -> Proposal | Silence:
    """The next edits, or silence with the first reason that a rule or the proof had.

    Args:
        situation: The document behind an edit, and those around it.
        rules: Who is asked, the surest first.
        wanted: Whether the user wants to see a proposal: its kind may be turned off, and the
            proposal refused already.
    """
    reason = ""
    for rule in rules:
        answer = rule(situation)
        if isinstance(answer, Proposal):
            found = _arranged(situation, answer)
            refusal = proof.refusal(situation, found)
            if not refusal and wanted(found):
                return found
            answer = refusal or f"{found.kind}: not wanted"
        reason = reason or answer
    return Silence(reason)


def _arranged(situation: Situation, proposal: Proposal) -> Proposal:
    """The steps by neighbourhood, nearest to the cursor first, other documents last."""
    texts = {s.uri: s.text for s in (situation.snapshot, *situation.others)}
    by_document = defaultdict[str, list[Step]](list)
    for step in proposal.steps:
        by_document[step.uri].append(step)
    found = [
        step
        for uri, steps in by_document.items()
        for step in (grouped(texts[uri], steps) if uri in texts else steps)
    ]
    found.sort(key=lambda step: _distance(situation, step))
    return dataclasses.replace(proposal, steps=tuple(found))


def _distance(situation: Situation, step: Step) -> tuple[bool, int]:
    """How far a step is from the cursor; documents other than the cursor's keep their order."""
    if step.uri != situation.snapshot.uri:
        return True, 0
    cursor, edit = situation.cursor, step.edit
    return False, max(edit.start - cursor, cursor - edit.end, 0)
