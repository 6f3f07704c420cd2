"""Brings existing documentation up to date with its signature, and keeps the user's words."""

from __future__ import annotations

from fimble.assist import words as fillers
from fimble.assist.base import Outcome, Task
from fimble.assist.document import document, proved, subject
from fimble.core.docstrings import detect, update
from fimble.core.docstrings.styles import STYLES
from fimble.core.text.snapshot import Edit, line_break
from fimble.errors import UsageError


def update_docstring(task: Task) -> Outcome:
    """Adds entries for new parameters of the item at `start`, removes those of vanished ones.

    Raises:
        UsageError: There is nothing to update.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    snapshot = task.snapshot
    item, style = subject(task)
    if not item.place.existing:
        raise UsageError(f"{item.qualname} has no documentation to update.")
    language = snapshot.language_id
    own = update.form(item, language) or detect.shown(language, (item,))
    style = next((s for s in STYLES[language] if s.name == own), style)
    lines = update.wanted(item, style, language)
    given = {"summary": update.summary(item, style)}
    filled = fillers.fill(
        task.generator, snapshot, item, style, lines, task.cancel, task.progress, given
    )
    width = detect.width(snapshot.text)
    text = update.updated(item, style, language, lines, filled.words, width)
    text = text.replace("\n", line_break(snapshot.text))
    if text == item.place.existing:
        raise UsageError(f"The documentation of {item.qualname} agrees with its signature.")
    return proved(snapshot, (Edit(item.place.start, item.place.end, text),))


def document_or_update(task: Task) -> Outcome:
    """Updates the documentation of the item at `start`, or writes it if there is none.

    Raises:
        UsageError: There is nothing to document or to update.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    item, _ = subject(task)
    work = update_docstring if item.place.existing else document
    return work(task)
