"""Filters: what the model said -> what is shown, or why nothing is."""

from __future__ import annotations

from fimble.core.postprocess.base import Candidate, Filter, Withheld
from fimble.core.postprocess.blank import blank
from fimble.core.postprocess.confidence import confidence
from fimble.core.postprocess.dangerous import dangerous
from fimble.core.postprocess.indentation import indentation
from fimble.core.postprocess.leading_space import leading_space
from fimble.core.postprocess.parse_gate import parse_gate
from fimble.core.postprocess.repetition import repetition
from fimble.core.postprocess.scope import scope
from fimble.core.postprocess.secrets import secrets
from fimble.core.postprocess.suffix_overlap import suffix_overlap
from fimble.core.postprocess.trailing_space import trailing_space
from fimble.core.postprocess.unclosed import unclosed
from fimble.core.postprocess.unresolved import unresolved

__all__ = ["FILTERS", "Candidate", "Filter", "Withheld", "chosen", "confidence", "run"]

FILTERS: tuple[Filter, ...] = (
    leading_space,
    blank,
    scope,
    suffix_overlap,
    trailing_space,
    repetition,
    unclosed,
    parse_gate,
    indentation,
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


def chosen(threshold: float, withhold_dangerous: bool) -> tuple[Filter, ...]:
    """The filters that a user's settings ask for.

    Args:
        threshold: Of the confidence, 0 to 1; 0 asks for none.
        withhold_dangerous: Whether plainly dangerous code is withheld.
    """
    kept = tuple(judge for judge in FILTERS if withhold_dangerous or judge is not dangerous)
    return (*kept, confidence(threshold)) if threshold else kept
