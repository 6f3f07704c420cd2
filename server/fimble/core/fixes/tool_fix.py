"""The fix that the tool itself has, also where it does not promise to keep behaviour."""

from __future__ import annotations

from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal

_OURS = frozenset(
    [
        "EM101",
        "EM102",
        "EM103",
        "F401",
        "F841",
        "G004",
        "PLW2901",
        "SIM102",
        "SIM105",
        "SIM117",
        "TRY003",
    ]
)
"""Rules for which ours says when it is safe: where it refuses, an unsafe fix is none either."""


def tool_fix(problem: Problem) -> Iterator[Proposal]:
    """Proposes the diagnostic's own edits."""
    found = problem.diagnostic
    if found.fix and (found.fix_is_safe or found.code not in _OURS):
        caution = "" if found.fix_is_safe else ", may change behaviour"
        title = f"{found.source}'s own fix{caution}"
        yield Proposal(title, found.fix, loses=None, changes=not found.fix_is_safe)
