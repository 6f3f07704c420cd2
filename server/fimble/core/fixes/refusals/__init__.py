"""Refusals: what no checker sees, and a reader would throw away.

A checker is happy where its finding is gone. Each refusal looks at the text after a fix and says
why it may not be offered.
"""

from __future__ import annotations

from collections.abc import Callable

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.fixes.refusals.bindings import bindings
from fimble.core.fixes.refusals.deleted import deleted
from fimble.core.fixes.refusals.elsewhere import elsewhere
from fimble.core.fixes.refusals.environment import environment
from fimble.core.fixes.refusals.expectation import expectation
from fimble.core.fixes.refusals.half_renamed import half_renamed
from fimble.core.fixes.refusals.imports_kept import imports_kept
from fimble.core.fixes.refusals.lost import lost
from fimble.core.fixes.refusals.words import words
from fimble.core.text.diagnostics import SYNTAX

__all__ = ["OF_ALL", "OF_MODEL", "OF_MODEL_TIDIED", "Refusal", "refusal", "unkept"]

Refusal = Callable[[Problem, str], str]
"""Takes the text after the fix; "" if there is nothing to say against it."""

OF_MODEL: tuple[Refusal, ...] = (lost, deleted, half_renamed, environment, expectation)
"""Of what a model wrote, before its imports are put right."""

OF_ALL: tuple[Refusal, ...] = (elsewhere, imports_kept)
"""Of every fix, as it would be offered."""

OF_MODEL_TIDIED: tuple[Refusal, ...] = (*OF_ALL, deleted)
"""Of what a model wrote, as it would be offered: an import that it left unused is gone by then."""


def unkept(problem: Problem, proposal: Proposal, after: str) -> str:
    """Why the text after a rule's proposal is not what the rule promises, "" if it is.

    A text that does not parse has no names yet that could be kept.
    """
    if problem.code == SYNTAX:
        return ""
    return words(problem, proposal, after) or bindings(problem, proposal, after)


def refusal(problem: Problem, after: str, refusals: tuple[Refusal, ...]) -> str:
    """The first reason against `after`, "" without one."""
    return next(filter(None, (refuse(problem, after) for refuse in refusals)), "")
