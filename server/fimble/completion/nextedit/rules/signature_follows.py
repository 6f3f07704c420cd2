"""The parameters of a function were changed by hand: its calls follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.core.refactor import following
from fimble.core.refactor.calls import follow as calling
from fimble.core.refactor.calls.values import Call, Declared, Filled
from fimble.core.text.history import Change, History
from fimble.core.text.parts import Way, way
from fimble.core.text.snapshot import Edit, Snapshot

_LOOKED_AT = 3
"""Changes that are looked at, the last first."""


def signature_follows(situation: Situation) -> Proposal | str:
    """The calls that do not fit any more, each as the new parameters want it."""
    texts, changes = [*situation.history.texts()], situation.history.changes
    reason = ""
    for number in reversed(range(max(0, len(changes) - _LOOKED_AT), len(changes))):
        change = changes[number]
        before = _as(situation, texts[number])
        function = following.function_at(before, change.start, change.end)
        if function is None:
            parameter = _of_parameter(situation, number, texts)
            if parameter is not None:
                return parameter
            continue
        first = _first(situation.history, number, function)
        answer = _of_calls(situation, _as(situation, texts[first]), first, texts)
        if isinstance(answer, Proposal):
            return answer
        reason = reason or answer
    return reason


def _as(situation: Situation, text: str) -> Snapshot:
    return replace(situation.snapshot, version=None, text=text)


def _first(history: History, number: int, function: Declared) -> int:
    """The first of the changes up to one that is in the parameters of its function."""
    start, end, first = function.written.open, function.written.close, number
    for earlier in reversed(range(number)):
        change = history.changes[earlier]
        back = Change(change.start, change.new, change.old)
        if start <= back.start and back.end <= end:
            first, end = earlier, end + len(back.new) - len(back.old)
            continue
        moved = back.moved(start, end)
        if moved is None:
            break
        start, end = moved
    return first


def _of_calls(
    situation: Situation, before: Snapshot, first: int, texts: list[str]
) -> Proposal | str:
    """The calls of the function whose parameters a change is in."""
    change = situation.history.changes[first]
    old = following.function_at(before, change.start, change.end)
    path = way(situation.history, texts, first)
    place = path.now(old.start, old.start + len(old.name)) if old is not None else None
    new = following.function_named(situation.snapshot, place[0]) if place is not None else None
    if old is None or new is None or old.parameters == new.parameters:
        return ""
    found = following.calls(before, old)
    if isinstance(found, str):
        return f"signature: {found}"
    steps = list[Step]()
    for call, shift in found:
        signature = calling.signature(old.parameters[shift:], new.parameters[shift:])
        if isinstance(signature, str):
            return f"signature: {signature}"
        filled = calling.rewritten(call, signature)
        now = _now(call, filled, path) if filled is not None else None
        if filled is not None and now is not None:
            edit = Edit(*now, filled.edit.new_text)
            steps.append(Step(situation.snapshot.uri, edit, filled.holes))
    steps += _elsewhere(situation, old, new)
    steps = _apart(steps)
    if not steps:
        return ""
    return Proposal("signature", f"`{new.name}` has other parameters now.", tuple(steps))


def _elsewhere(situation: Situation, old: Declared, new: Declared) -> Iterator[Step]:
    """The calls in files that import the function."""
    signature = calling.signature(old.parameters, new.parameters)
    if isinstance(signature, str):
        return
    for other in situation.others:
        for call in following.calls_elsewhere(other, situation.snapshot, new):
            filled = calling.rewritten(call, signature)
            if filled is not None:
                yield Step(other.uri, filled.edit, filled.holes)


def _of_parameter(situation: Situation, number: int, texts: list[str]) -> Proposal | None:
    """The parameter for the argument that a change has added to a call."""
    change = situation.history.changes[number]
    now = way(situation.history, texts, number + 1).now(change.start, change.new_end)
    found = following.called_at(situation.snapshot, *now) if now is not None else None
    if found is None or now is None:
        return None
    function, call, shift = found
    inside = [n for n, a in enumerate(call.arguments) if a.start < now[1] and now[0] < a.end]
    filled = calling.extended(function, call, shift, inside[0]) if len(inside) == 1 else None
    if filled is None:
        return None
    step = Step(situation.snapshot.uri, filled.edit, filled.holes)
    return Proposal("signature", f"`{function.name}` is called with another argument.", (step,))


def _now(call: Call, filled: Filled, path: Way) -> tuple[int, int] | None:
    """Where a call is rewritten now; None where the user has changed its arguments since."""
    if any(path.now(start - 1, end + 1) is None for start, end in call.gaps):
        return None
    return path.now(filled.edit.start, filled.edit.end)


def _apart(steps: list[Step]) -> list[Step]:
    """Without the calls that are rewritten around another."""
    found = list[Step]()
    for step in sorted(steps, key=lambda s: s.edit.end - s.edit.start):
        beside = (s.edit for s in found if s.uri == step.uri)
        if all(e.end <= step.edit.start or step.edit.end <= e.start for e in beside):
            found.append(step)
    return sorted(found, key=steps.index)
