"""Filters: what the model said -> what is shown, or why nothing is."""

from __future__ import annotations

from fimble.core.postprocess.base import Candidate, Filter, Withheld
from fimble.core.postprocess.blank import blank
from fimble.core.postprocess.parse_gate import parse_gate
from fimble.core.postprocess.repetition import repetition
from fimble.core.postprocess.suffix_overlap import suffix_overlap

__all__ = ["FILTERS", "Candidate", "Filter", "Withheld", "run"]

FILTERS: tuple[Filter, ...] = (blank, suffix_overlap, repetition, parse_gate)
"""In this order; each judges what the one before it left."""


def run(candidate: Candidate, filters: tuple[Filter, ...] = FILTERS) -> Candidate | Withheld:
    """The candidate after all filters, or the first refusal."""
    for judge in filters:
        judged = judge(candidate)
        if isinstance(judged, Withheld):
            return judged
        candidate = judged
    return candidate
