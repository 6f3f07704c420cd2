"""Whether a new name is free in a scope of a Python module, and which one is."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable
from itertools import pairwise

from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.python import Function, Source, block_of

DYNAMIC = frozenset({"locals", "vars", "dir", "eval", "exec"})
"""Builtins that see the variables of a function by their names."""


def is_below(scope: Scope | None, owner: Scope) -> bool:
    """Whether a scope is another, or stands in it."""
    return scope is not None and owner in scope.around()


def sees_names(node: ast.AST) -> bool:
    """Whether code in a node reads variables by names that it makes at run time."""
    return any(isinstance(n, ast.Name) and n.id in DYNAMIC for n in ast.walk(node))


def words(source: Source) -> set[str]:
    """Every word of a source, strings and attributes too: none of them is a new name."""
    return set(re.findall(r"\w+", source.text))


def in_the_way(scopes: Scopes, scope: Scope, name: str, missing: str = "") -> bool:
    """Whether a variable `name`, newly set in `scope`, would be another one there or below.

    Args:
        scopes: The names as they are.
        scope: Where the variable would be set.
        name: Its name.
        missing: A name that nothing defines, so that it may be given a meaning.
    """
    if name in dir(builtins) or (name.startswith("__") and not name.endswith("__")):
        return True
    if isinstance(scope.node, Function) and sees_names(scope.node):
        return True
    if name in scope.outer:
        return True
    for place in scopes.occurrences:
        if place.name != name or not is_below(place.scope, scope):
            continue
        owner = scopes.owner(place)
        own = owner is not None and owner is not scope and is_below(owner, scope)
        if not own and not (owner is None and name == missing):
            return True
    return False


def is_spent(scopes: Scopes, scope: Scope, name: str, at: int = -1) -> bool:
    """Whether a variable of a function is read only where it was just set, and is free again.

    That is the name of a handler, read in it, and one assigned for the `raise` that follows.

    Args:
        scopes: The names as they are.
        scope: The function's.
        name: The variable.
        at: A place where it must be free.
    """
    places = scopes.of_variable(name, scope)
    if not isinstance(scope.node, Function) or any(o.scope is not scope for o in places):
        return False
    if sees_names(scope.node) or any(o.start < 0 for o in places):
        return False
    spans = [_spent(scopes, o) for o in places if o.binds]
    known = sorted(span for span in spans if span is not None)
    apart = all(a[1] <= b[0] for a, b in pairwise(known))
    if len(known) < len(spans) or not apart or any(a <= at < b for a, b in known):
        return False
    return all(any(start <= o.start < end for start, end in known) for o in places)


def _spent(scopes: Scopes, place: Occurrence) -> tuple[int, int] | None:
    """The statements in which the value that is set at a place can be read, if that is sure."""
    source = scopes.source
    around = source.around(place.start, place.start + len(place.name))
    node = next((n for n in around if isinstance(n, ast.stmt | ast.ExceptHandler)), None)
    if isinstance(node, ast.ExceptHandler) and node.name == place.name:
        return source.span(node)
    if isinstance(node, ast.Assign) and [source.span(t)[0] for t in node.targets] == [place.start]:
        block = block_of(source.tree, node)
        following = block[block.index(node) + 1 : block.index(node) + 2]
        if following and isinstance(following[0], ast.Raise):
            return source.span(node)[0], source.end(following[0])
    return None


def choose(scopes: Scopes, scope: Scope, wanted: Iterable[str], at: int | None = None) -> str:
    """The first of some names that is free in a scope, "" if none is.

    Args:
        scopes: The names as they are.
        scope: Where the variable will be set.
        wanted: Names, the best first.
        at: Where it will be set, if one may be set again whose values are all read already.
    """
    for name in wanted:
        if not in_the_way(scopes, scope, name):
            return name
        if at is not None and is_spent(scopes, scope, name, at):
            return name
    return ""
