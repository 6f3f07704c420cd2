"""Offers comments for a selected block."""

from __future__ import annotations

from fimble.core.actions.base import ActionContext, Offer
from fimble.core.docstrings import comments, languages

KIND = "refactor.rewrite.comments"


def comment_block(context: ActionContext) -> tuple[Offer, ...]:
    """One offer for a selection of several lines that has room for comments."""
    snapshot, start, end = context.snapshot, context.start, context.end
    if not context.wants(KIND) or snapshot.language_id not in languages.LANGUAGES:
        return ()
    if "\n" not in snapshot.text[start:end].strip() or not comments.spots(snapshot, start, end):
        return ()
    place = {"start": start, "end": end}
    return (Offer("Add comments to this block", KIND, "comments.add", place),)
