"""White space at the end of a suggestion that nothing follows, or that stands behind the cursor."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.completion.filters.base import Candidate


def trailing_space(candidate: Candidate) -> Candidate:
    """Cuts line breaks and spaces at the end of a line, and spaces before a space.

    A line break before text stays, with the line's indentation: the text was asked for before it.
    """
    context, lines = candidate.context, candidate.text.rpartition("\n")
    behind = context.line_suffix[candidate.replaced :]
    if not behind.strip():
        return replace(candidate, text=candidate.text.rstrip())
    if context.above_text and lines[1] and not lines[2].strip():
        return replace(candidate, text=f"{candidate.text.rstrip()}\n{context.line_prefix}")
    if behind[0].isspace():
        return replace(candidate, text=candidate.text.rstrip(" \t"))
    return candidate
