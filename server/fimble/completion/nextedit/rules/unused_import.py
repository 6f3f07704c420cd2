"""The last use of an imported name went with the edit: its import goes too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fimble.completion.nextedit import imports
from fimble.completion.nextedit.imports import Import
from fimble.completion.nextedit.new_names import new_names
from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.completion.nextedit.unresolved import unresolved
from fimble.core.fixes.base import Problem
from fimble.core.fixes.unused_name import unused_name
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot

_IMPLICIT = frozenset({"React", "annotations"})
"""Names that are used without being written."""


def unused_import(situation: Situation) -> Proposal | str:
    """Takes out the imports whose names stood in the text before, and stand nowhere else now."""
    snapshot, before = situation.snapshot, situation.history.before
    language = snapshot.language_id
    idle = [
        one
        for one in imports.of(language, snapshot.text)
        if one.name not in _IMPLICIT and not _is_used(snapshot.text, one)
    ]
    known = {(one.name, one.module) for one in imports.of(language, before)} if idle else set()
    gone = [
        one for one in idle if (one.name, one.module) in known and _was_used(language, before, one)
    ]
    if not gone:
        return ""
    new = new_names(snapshot, situation.history)
    if new or unresolved(language, before, snapshot.text):
        return "import: a new name has no meaning yet, it may be from the same place"
    steps = [Step(snapshot.uri, edit) for one in gone for edit in _without(snapshot, one, gone)]
    names = ", ".join(f"`{one.name}`" for one in gone)
    reason = f"Nothing uses {names} any more."
    return Proposal("import", reason, tuple(steps)) if steps else "import: of one statement several"


def _was_used(language_id: str, text: str, found: Import) -> bool:
    same = (one for one in imports.of(language_id, text) if one.name == found.name)
    return any(_is_used(text, one) for one in same)


def _is_used(text: str, found: Import) -> bool:
    """Whether the name stands anywhere but in its import, be it in a comment."""
    word = re.compile(rf"(?<![\w$]){re.escape(found.name)}(?![\w$])")
    start, end = found.whole
    return word.search(text, 0, start) is not None or word.search(text, end) is not None


def _without(snapshot: Snapshot, found: Import, gone: list[Import]) -> Iterator[Edit]:
    """The edit that takes one of the imports out; none where others of its statement go too."""
    if found.alone:
        yield imports.dropped(snapshot.text, found)
    elif sum(one.whole == found.whole for one in gone) == 1:
        start = found.start
        message = f"`{found.name}` is never used"
        problem = Problem(snapshot, Diagnostic(start, start + 1, message, "F401"))
        for proposal in unused_name(problem):
            yield from proposal.edits
