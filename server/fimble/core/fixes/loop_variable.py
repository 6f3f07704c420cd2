"""A loop variable that its own loop overwrites: the new value gets its own name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text import Edit

_Loop = ast.For | ast.AsyncFor | ast.With | ast.AsyncWith


def loop_variable(problem: Problem) -> Iterator[Proposal]:
    """Proposes `new_name` from a plain assignment in the loop's body to the body's end."""
    name = problem.text[problem.diagnostic.start : problem.diagnostic.end]
    scopes = problem.scopes
    if problem.code != "PLW2901" or scopes is None:
        return
    loop = next((n for n in problem.nodes if isinstance(n, _Loop)), None)
    item = next((n for n in problem.nodes if isinstance(n, ast.Assign)), None)
    if loop is None or item is None or item not in loop.body or len(item.targets) > 1:
        return
    target = item.targets[0]
    if not isinstance(target, ast.Name) or _used_after(problem, name, loop):
        return
    source, new = scopes.source, f"new_{name}"
    here = source.span(target)[0]
    begin, end = source.end(item), source.end(loop.body[-1])
    owner = next(scopes.owner(o) for o in scopes.occurrences if o.start == here)
    if owner is None or new in {o.name for o in scopes.occurrences}:
        return
    later = [
        o for o in scopes.of_variable(name, owner) if o.start == here or begin <= o.start < end
    ]
    if any(o.start < 0 for o in scopes.of_variable(name, owner)):
        return
    edits = tuple(Edit(o.start, o.start + len(name), new) for o in later)
    yield Proposal(f"name the new value `{new}`", edits)


def _used_after(problem: Problem, name: str, loop: _Loop) -> bool:
    scopes = problem.scopes
    end = scopes.source.end(loop) if scopes else 0
    return bool(scopes) and any(
        o.name == name and o.start >= end and not o.binds
        for o in (scopes.occurrences if scopes else ())
        if o.scope.node in problem.nodes
    )
