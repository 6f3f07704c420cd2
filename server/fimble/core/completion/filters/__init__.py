"""Filters: what the model said -> what is shown, or why nothing is."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.completion import magics
from fimble.core.completion.filters.base import Candidate, Filter, Withheld
from fimble.core.completion.filters.blank import blank
from fimble.core.completion.filters.dangerous import dangerous
from fimble.core.completion.filters.gate import gate
from fimble.core.completion.filters.indentation import indentation
from fimble.core.completion.filters.leading_space import leading_space
from fimble.core.completion.filters.parse_gate import parse_gate
from fimble.core.completion.filters.repetition import repetition
from fimble.core.completion.filters.scope import scope
from fimble.core.completion.filters.secrets import secrets
from fimble.core.completion.filters.suffix_overlap import suffix_overlap
from fimble.core.completion.filters.trailing_space import trailing_space
from fimble.core.completion.filters.unclosed import unclosed
from fimble.core.completion.filters.unresolved import unresolved
from fimble.core.completion.gate import Gate

__all__ = ["FILTERS", "Candidate", "Filter", "Withheld", "chosen", "gate", "run"]

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
_OF_PYTHON = frozenset({unclosed, parse_gate, indentation, unresolved})
"""What can say nothing of a magic."""


def run(candidate: Candidate, filters: tuple[Filter, ...] = FILTERS) -> Candidate | Withheld:
    """The candidate after all filters, or the first refusal.

    They judge it in the document without IPython's magics; one that is a magic is its line alone.
    """
    cursor = candidate.context
    magic = magics.first_line(cursor, candidate.text)
    candidate = replace(candidate, text=magic or candidate.text, context=magics.plain(cursor))
    for judge in filters:
        if magic and judge in _OF_PYTHON:
            continue
        judged = judge(candidate)
        if isinstance(judged, Withheld):
            return judged
        candidate = judged
    return replace(candidate, context=cursor)


def chosen(asked: Gate | None, withhold_dangerous: bool) -> tuple[Filter, ...]:
    """The filters that a user's settings ask for.

    Args:
        asked: The gate, which judges what all the others left; None for a user who asks.
        withhold_dangerous: Whether plainly dangerous code is withheld.
    """
    kept = tuple(judge for judge in FILTERS if withhold_dangerous or judge is not dangerous)
    return (*kept, gate(asked)) if asked else kept
