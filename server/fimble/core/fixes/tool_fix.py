"""The fix that the tool itself has, also where it does not promise to keep behaviour."""

from __future__ import annotations

from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal


def tool_fix(problem: Problem) -> Iterator[Proposal]:
    """Proposes the diagnostic's own edits."""
    found = problem.diagnostic
    if found.fix:
        caution = "" if found.fix_is_safe else ", may change behaviour"
        yield Proposal(f"{found.source}'s own fix{caution}", found.fix)
