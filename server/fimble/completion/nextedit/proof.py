"""What is shown is proved: it changes something, parses, undoes nothing, and invents no name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.completion.nextedit.unresolved import unresolved
from fimble.core.text import embedded, python, syntax
from fimble.core.text.history import Change, History
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

Span = tuple[int, int]


def refusal(situation: Situation, proposal: Proposal) -> str:
    """Why a proposal may not be shown, "" if nothing speaks against it."""
    if not proposal.steps:
        return f"{proposal.kind}: no steps"
    documents = {s.uri: s for s in (situation.snapshot, *situation.others)}
    for uri in dict.fromkeys(step.uri for step in proposal.steps):
        if uri not in documents:
            return f"{proposal.kind}: a document that is not known"
        steps = [step for step in proposal.steps if step.uri == uri]
        reason = _document(documents[uri], steps)
        if not reason and uri == situation.snapshot.uri:
            reason = _undoes(situation.history, [step.edit for step in steps])
        if reason:
            return f"{proposal.kind}: {reason}"
    return ""


def _document(snapshot: Snapshot, steps: list[Step]) -> str:
    """Why the steps of one document may not be taken."""
    text, language = snapshot.text, snapshot.language_id
    edits = [step.edit for step in steps]
    if any(text[edit.start : edit.end] == edit.new_text for edit in edits):
        return "nothing changes"
    try:
        after = apply_edits(text, edits)
    except ValueError as error:
        return str(error)
    if not _parses(language, text, edits, after):
        return "the file would not parse"
    open_names = unresolved(language, text, after) - _holes(steps)
    return f"nothing defines `{min(open_names)}`" if open_names else ""


def _holes(steps: Iterable[Step]) -> set[str]:
    """What stands where only the user knows what to write."""
    return {step.edit.new_text[start:end] for step in steps for start, end in step.holes}


def _parses(language_id: str, text: str, edits: list[Edit], after: str) -> bool:
    """Whether the text has no more errors with the edits: with each alone, and with all."""
    if language_id == "python" and python.parse(text) and not python.parse(after):
        return False
    if not all(_parses_with(language_id, text, edit) for edit in edits):
        return False
    before = syntax.errors(language_id, text) or 0
    return len(edits) == 1 or (syntax.errors(language_id, after) or 0) <= before


def _parses_with(language_id: str, text: str, edit: Edit) -> bool:
    """Whether what an edit stands in, a script of a page for itself, has no more errors with it."""
    parsed = embedded.at(language_id, text, edit.start)
    if parsed is None:
        return True
    known = len(syntax.error_offsets(parsed))
    alone = syntax.edited(parsed, edit.start, edit.end, edit.new_text)
    return (
        len(syntax.error_offsets(alone)) <= known
        or len(syntax.error_offsets(syntax.anew(alone))) <= known
    )


def _undoes(history: History, edits: list[Edit]) -> str:
    """Whether an edit takes a change of the history back."""
    *_, text = history.texts()
    for change, (start, end) in _places(history):
        for edit in edits:
            touches = edit.start <= end and start <= edit.end
            if touches and _without(text, start, end, change) == apply_edits(text, [edit]):
                return "it would undo what was just done"
    return ""


def _without(text: str, start: int, end: int, change: Change) -> str:
    return text[:start] + change.old + text[end:]


def _places(history: History) -> Iterator[tuple[Change, Span]]:
    """Each change whose new text still stands as it was written, and where that is now."""
    for number, change in enumerate(history.changes):
        start, end = change.start, change.start + len(change.new)
        for later in history.changes[number + 1 :]:
            if later.start + len(later.old) <= start:
                moved = len(later.new) - len(later.old)
                start, end = start + moved, end + moved
            elif later.start < end:
                break
        else:
            yield change, (start, end)
