"""Nothing but white space is no suggestion."""

from __future__ import annotations

from fimble.core.completion.filters.base import Candidate, Withheld


def blank(candidate: Candidate) -> Candidate | Withheld:
    """Withholds blank text."""
    return candidate if candidate.text.strip() else Withheld("blank")
