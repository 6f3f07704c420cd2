"""Whether the line before the cursor is finished, so that the next one has to be asked for."""

from __future__ import annotations

from fimble.core.context import CursorContext

_ENDS = frozenset(";{}:,)]\"'`>")


def lead(context: CursorContext) -> str:
    """What the prompt and the suggestion begin with: a line break after a finished line.

    At the end of a line the model often just stops: of 45 single lines asked for without
    their line break, a 0.5B model got 20 % right, and about 60 % with it. A line counts as
    finished if it ends as statements, items, headers and tags end, or is a comment.
    """
    line = context.line_prefix.strip()
    if context.line_suffix.strip() or not line:
        return ""
    finished = line[-1] in _ENDS or line.startswith(("#", "//", "--"))
    return context.line_break if finished else ""
