"""A name that hides a builtin: gets an underscore everywhere, as PEP 8 advises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python.rename import rename
from fimble.core.text.snapshot import Edit

_RULES = frozenset({"A001", "A002", "A004", "A006", "W0622"})


def shadowing(problem: Problem) -> Iterator[Proposal]:
    """Proposes the name with an underscore behind it; an import gets it as its alias."""
    name, scopes = problem.quoted, problem.scopes
    if problem.code not in _RULES or scopes is None or not name.isidentifier():
        return
    new = f"{name}_"
    alias = next((n for n in problem.nodes if isinstance(n, ast.alias)), None)
    if alias is not None and alias.asname is None:
        end = scopes.source.end(alias)
        start = scopes.source.span(alias)[0]
        edits = rename(scopes, start, new)
        if edits is not None:
            others = tuple(e for e in edits if e.start != start)
            lost = tuple((e.start, e.end) for e in others)
            named = Edit(end, end, f" as {new}")
            yield Proposal(f"import it as `{new}`", (named, *others), loses=((start, end), *lost))
        return
    span = range(problem.diagnostic.start, problem.diagnostic.end + 1)
    here = next((o for o in scopes.occurrences if o.start in span and o.name == name), None)
    edits = rename(scopes, here.start, new) if here else None
    if edits:
        lost = tuple((e.start, e.end) for e in edits)
        yield Proposal(f"rename to `{new}`", edits, loses=lost)
