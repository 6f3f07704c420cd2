"""Fixes: what can be done about a diagnostic without a model, and how the model is asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fimble.core.fixes.argument_order import argument_order
from fimble.core.fixes.assertion import assertion
from fimble.core.fixes.async_call import async_call
from fimble.core.fixes.aware_time import aware_time
from fimble.core.fixes.base import Fixer, Problem, Proposal
from fimble.core.fixes.boolean_argument import boolean_argument
from fimble.core.fixes.class_default import class_default
from fimble.core.fixes.empty_string import empty_string
from fimble.core.fixes.exception_message import exception_message
from fimble.core.fixes.local_import import local_import
from fimble.core.fixes.log_format import log_format
from fimble.core.fixes.loop_variable import loop_variable
from fimble.core.fixes.magic_value import magic_value
from fimble.core.fixes.missing_import import missing_import
from fimble.core.fixes.misspelt import misspelt
from fimble.core.fixes.naming import naming
from fimble.core.fixes.nested import nested
from fimble.core.fixes.plain_class import plain_class
from fimble.core.fixes.raise_from import raise_from
from fimble.core.fixes.shadowing import shadowing
from fimble.core.fixes.split import split
from fimble.core.fixes.suppressed import suppressed
from fimble.core.fixes.tool_fix import tool_fix
from fimble.core.fixes.unused_argument import unused_argument
from fimble.core.fixes.unused_name import unused_name
from fimble.core.text.snapshot import Edit

__all__ = ["FIXERS", "Fixer", "Problem", "Proposal", "proposals"]

FIXERS: tuple[Fixer, ...] = (
    missing_import,
    misspelt,
    unused_name,
    unused_argument,
    shadowing,
    naming,
    nested,
    aware_time,
    class_default,
    loop_variable,
    async_call,
    assertion,
    argument_order,
    magic_value,
    boolean_argument,
    exception_message,
    raise_from,
    empty_string,
    local_import,
    suppressed,
    log_format,
    plain_class,
    split,
    tool_fix,
)
"""In this order; what keeps behaviour stands before the tool's own unsafe fix."""


def proposals(problem: Problem, fixers: tuple[Fixer, ...] = FIXERS) -> Iterator[Proposal]:
    """What the fixers propose, without repetitions."""
    seen: set[frozenset[tuple[int, int, str]]] = set()
    for fixer in fixers:
        for proposal in fixer(problem):
            key = frozenset((e.start, e.end, e.new_text) for e in proposal.edits)
            if proposal.edits and key not in seen and _stand_apart(proposal.edits):
                seen.add(key)
                yield proposal


def _stand_apart(edits: tuple[Edit, ...]) -> bool:
    """Whether no edit overlaps another."""
    spans = sorted((edit.start, edit.end) for edit in edits)
    return all(first[1] <= second[0] for first, second in pairwise(spans))
