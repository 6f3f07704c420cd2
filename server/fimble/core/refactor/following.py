"""What follows where somebody has begun a refactoring by hand, by language."""

from __future__ import annotations

from collections.abc import Callable

from fimble.core.refactor.python import follow as python_follow
from fimble.core.refactor.python import scopes
from fimble.core.refactor.scripts import follow as script_follow
from fimble.core.refactor.scripts.extract_variable import LANGUAGES as SCRIPTS
from fimble.core.text import python, syntax
from fimble.core.text.snapshot import Edit, Snapshot


def rename(
    snapshot: Snapshot, start: int, new: str, done: Callable[[int], bool]
) -> tuple[Edit, ...] | str:
    """The edits of a rename, those that were made by hand among them.

    Args:
        snapshot: The document before the rename.
        start: Where a name begins that was changed by hand.
        new: What it was changed to.
        done: Whether the same was done to the name that begins at an offset.

    Returns:
        The edits, or why it cannot be told what belongs to the name; "" for another language.
    """
    if snapshot.language_id == "python":
        source = python.parse(snapshot.text)
        if source is None:
            return "the file did not parse before"
        return python_follow.follow(scopes.of_source(source), start, new, done)
    if snapshot.language_id in SCRIPTS:
        parsed = syntax.parse(snapshot.language_id, snapshot.text)
        if parsed is None or parsed.root.has_error:
            return "the file did not parse before"
        return script_follow.follow(parsed, start, new, done)
    return ""
