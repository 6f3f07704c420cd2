"""`value == ""` as `not value`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text.snapshot import Edit

_TESTS = (ast.If, ast.While, ast.IfExp, ast.Assert)


def empty_string(problem: Problem) -> Iterator[Proposal]:
    """Proposes the truth of the value."""
    source = problem.source
    found = next((n for n in problem.nodes if isinstance(n, ast.Compare)), None)
    if problem.code != "PLC1901" or source is None or found is None or len(found.ops) != 1:
        return
    if problem.scopes is None or any(
        o.name == "bool" for o in problem.scopes.occurrences if o.binds
    ):
        return
    sides = (found.left, found.comparators[0])
    value = next((s for s in sides if not (isinstance(s, ast.Constant) and s.value == "")), None)
    if isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        empty = isinstance(found.ops[0], ast.Eq)
        shown = f"not {source.of(value)}" if empty else f"bool({source.of(value)})"
        parent = source.parents.get(found)
        if not empty and isinstance(parent, _TESTS) and parent.test is found:
            shown = source.of(value)
        start, end = source.span(found)
        lost = (source.span(sides[1 - sides.index(value)]),)
        title = "ask for its truth, where `None`, 0 and `[]` are empty too"
        yield Proposal(title, (Edit(start, end, shown),), loses=lost, changes=True)
