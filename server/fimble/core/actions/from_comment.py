"""Offers to write the code that a comment at the cursor asks for."""

from __future__ import annotations

from fimble.core.actions.base import ActionContext, Offer
from fimble.core.insertion import wish
from fimble.core.text import languages
from fimble.core.text import snapshot as texts

KIND = "refactor.rewrite.generate"
_FEWEST = 3
"""Words of a comment that asks for something; a TODO may be shorter."""


def from_comment(context: ActionContext) -> tuple[Offer, ...]:
    """`Write the code for ...` on a TODO, or on a comment in words that is not a tool's."""
    snapshot = context.snapshot
    if not context.wants(KIND) or context.start != context.end:
        return ()
    begin = texts.line_start(snapshot.text, context.start)
    line = snapshot.text[begin : texts.line_end(snapshot.text, begin)].strip()
    mark = languages.comment(snapshot.language_id) or "<!--"
    if not line.startswith((mark, "/*")) or line.startswith("#!"):
        return ()
    words, task = wish.comment_at(snapshot, context.start).split(), "TODO" in line
    if not words or (len(words) < _FEWEST and not task):
        return ()
    title = f"Write the code for this {'TODO' if task else 'comment'}"
    return (Offer(title, KIND, "generate", {"start": context.start}),)
