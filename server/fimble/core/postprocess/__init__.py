"""Filters: what the model said -> what is shown, or why nothing is."""

from __future__ import annotations

from fimble.core.postprocess.base import Candidate, Filter, Withheld
from fimble.core.postprocess.blank import blank
from fimble.core.postprocess.confidence import confidence
from fimble.core.postprocess.dangerous import dangerous
from fimble.core.postprocess.leading_space import leading_space
from fimble.core.postprocess.parse_gate import parse_gate
from fimble.core.postprocess.repetition import repetition
from fimble.core.postprocess.scope import scope
from fimble.core.postprocess.secrets import secrets
from fimble.core.postprocess.suffix_overlap import suffix_overlap
from fimble.core.postprocess.unresolved import unresolved

__all__ = ["FILTERS", "Candidate", "Filter", "Withheld", "confidence", "run"]

FILTERS: tuple[Filter, ...] = (
    leading_space,
    blank,
    scope,
    suffix_overlap,
    repetition,
    parse_gate,
    unresolved,
    secrets,
    dangerous,
)
"""In this order; each judges what the one before it left."""


def run(candidate: Candidate, filters: tuple[Filter, ...] = FILTERS) -> Candidate | Withheld:
    """The candidate after all filters, or the first refusal."""
    for judge in filters:
        judged = judge(candidate)
        if isinstance(judged, Withheld):
            return judged
        candidate = judged
    return candidate
