"""`value == ""` as `not value`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, replace


def empty_string(problem: Problem) -> Iterator[Proposal]:
    """Proposes the truth of the value."""
    source = problem.source
    found = next((n for n in problem.nodes if isinstance(n, ast.Compare)), None)
    if problem.code != "PLC1901" or source is None or found is None or len(found.ops) != 1:
        return
    sides = (found.left, found.comparators[0])
    value = next((s for s in sides if not (isinstance(s, ast.Constant) and s.value == "")), None)
    if isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        negation = "not " if isinstance(found.ops[0], ast.Eq) else ""
        yield Proposal("ask for its truth", (replace(source, found, negation + source.of(value)),))
