"""What a document says itself, out of the prompt's reach."""

from __future__ import annotations

from fimble.completion.retrieval.snippet import Snippet
from fimble.completion.retrieval.windows import LIKE, Windows
from fimble.core.completion import budget
from fimble.core.completion.context import CursorContext
from fimble.engine.manifest import Fim

_REACH = Fim()
"""As almost every model's; where one sees more, a line or two are said twice."""


def near(context: CursorContext) -> tuple[str, str]:
    """The text before and after the cursor that a prompt holds."""
    tokens, share = _REACH.context_tokens, _REACH.suffix_share
    return budget.cut(context.prefix, context.suffix, tokens, share)


def similar(context: CursorContext) -> list[Snippet]:
    """Windows like the lines at the cursor, in what a prompt does not hold, the best first."""
    before, after = near(context)
    windows, path = Windows(), context.snapshot.path
    windows.update("above", path, context.prefix.removesuffix(before))
    windows.update("below", path, context.suffix.removeprefix(after))
    found = windows.similar("", context.prefix, enough=LIKE)
    return [Snippet(path, snippet.text, snippet.score) for snippet in found]
