"""White space that already stands before the cursor is not suggested again."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.completion.filters.base import Candidate


def leading_space(candidate: Candidate) -> Candidate:
    """Cuts spaces and tabs at the start of the text where the line already has some."""
    if candidate.context.line_prefix.endswith((" ", "\t")):
        return replace(candidate, text=candidate.text.lstrip(" \t"))
    return candidate
