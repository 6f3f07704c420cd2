"""A loop variable that its own loop overwrites: the new value gets its own name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python import free_names
from fimble.core.refactor.python.rename import dynamic, shows_name
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.snapshot import Edit

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
    if not isinstance(target, ast.Name) or target.id != name:
        return
    source, scope, new = scopes.source, scopes.of_statement(item), f"new_{name}"
    owner = scopes.resolve(name, scope)
    if owner is not scope or free_names.in_the_way(scopes, scope, new):
        return
    here = source.span(target)[0]
    begin, end = source.end(item), source.end(loop.body[-1])
    places = scopes.of_variable(name, owner)
    later = [o for o in places if o.start == here or begin <= o.start < end]
    if _is_seen(scopes, owner, name, places, later, loop):
        return
    starts = sorted({o.start for o in later})
    edits = tuple(Edit(start, start + len(name), new) for start in starts)
    lost = tuple((e.start, e.end) for e in edits)
    yield Proposal(f"name the new value `{new}`", edits, loses=lost)


def _is_seen(
    scopes: Scopes,
    owner: Scope,
    name: str,
    places: list[Occurrence],
    later: list[Occurrence],
    loop: _Loop,
) -> bool:
    """Whether the new value is read, or its name, where it would not be renamed."""
    source = scopes.source
    start, end = source.span(loop)[0], source.end(loop.body[-1])
    outside = [o for o in places if not (start <= o.start < end)]
    captured = [o for o in places if o not in later and o.scope is not owner]
    header = source.span(loop.body[0])[0]
    again = [o for o in later if o.scope is not owner and o.binds]
    return (
        any(o.start < 0 or not o.binds for o in outside)
        or any(o.start >= header for o in captured)
        or bool(again)
        or shows_name(source, later)
        or dynamic(scopes, name, owner)
    )
