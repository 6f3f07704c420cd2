"""A name that the fix gives a new name in only some of its places."""

from __future__ import annotations

import ast

from fimble.core.fixes.base import Problem
from fimble.core.refactor.python import scopes
from fimble.core.refactor.python.scopes import Scope, Scopes
from fimble.core.text import python

_Variable = tuple[str, str]
"""A scope's path and a name."""


def half_renamed(problem: Problem, after: str) -> str:
    """Refuses a text that still uses a name which nothing binds any more, or others may use."""
    old = problem.scopes
    source = python.parse(after) if old is not None else None
    if old is None or source is None:
        return ""
    new = scopes.of_source(source)
    gone = _bound(old).keys() - _bound(new).keys()
    left = sorted(_still_used(gone, new) | _still_read(gone, old, new))
    if left:
        return f"it would rename `{left[0]}` in only some of its places"
    seen = sorted(_seen_by_others(gone, old))
    return f"it would rename `{seen[0]}`, which other files may use" if seen else ""


def _bound(names: Scopes) -> dict[_Variable, Scope]:
    """Every variable, with its scope; imported ones are left out."""
    imported = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(names.source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return {
        (_path(o.scope), o.name): o.scope
        for o in names.occurrences
        if o.name in o.scope.bound and o.name not in imported
    }


def _path(scope: Scope) -> str:
    name = getattr(scope.node, "name", type(scope.node).__name__)
    return name if scope.parent is None else f"{_path(scope.parent)}.{name}"


def _around(scope: Scope | None) -> set[str]:
    """The paths of a scope and of those around it."""
    return set() if scope is None else {_path(scope)} | _around(scope.parent)


def _still_used(gone: set[_Variable], new: Scopes) -> set[str]:
    """Names in the scope of a variable that is gone, now without a meaning or with another one."""
    words = {name for _, name in gone}
    return {
        o.name
        for o in new.occurrences
        if o.name in words
        for path in _around(o.scope) - _around(new.owner(o))
        if (path, o.name) in gone
    }


def _still_read(gone: set[_Variable], old: Scopes, new: Scopes) -> set[str]:
    """Attributes that are read, and that nothing sets or declares any more."""
    classes = {path for (path, _), scope in _bound(old).items() if scope.is_class}
    members = {name for path, name in gone if path in classes}
    return (members | (_attributes(old, ast.Store) - _attributes(new, ast.Store))) & (
        _attributes(new, ast.Load)
    )


def _attributes(names: Scopes, way: type[ast.expr_context]) -> set[str]:
    nodes = ast.walk(names.source.tree)
    return {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, way)}


def _seen_by_others(gone: set[_Variable], old: Scopes) -> set[str]:
    """Public names of the module and of its classes."""
    bound = _bound(old)
    outer = {v for v in gone if bound[v] is old.module or bound[v].is_class}
    return {name for _, name in outer if not name.startswith("_")}
