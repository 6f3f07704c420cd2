"""A rule's fix that gives a name another meaning somewhere, or leaves one without its value."""

from __future__ import annotations

import ast
import re
from collections import Counter

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.fixes.missing_import import is_undefined
from fimble.core.refactor.python import free_names, scopes
from fimble.core.refactor.python.scopes import Scope, Scopes
from fimble.core.text import python
from fimble.core.text.python import Function

_WORD = re.compile(r"\w+")
_Variable = tuple[str, str]
"""The path of a scope, and a name."""


def bindings(problem: Problem, proposal: Proposal, after: str) -> str:
    """Refuses a text in which a new name is not free, or an old one is set no more."""
    old = problem.scopes
    source = python.parse(after) if old is not None else None
    if old is None or source is None:
        return ""
    new = scopes.of_source(source)
    was, now = _Names(old), _Names(new)
    lost = "" if proposal.loses is None else _not_set(problem, proposal, was, now)
    if lost:
        return f"`{lost}` would not be set any more"
    fresh = set(now.bound - was.bound)
    for path, name in fresh:
        scope = was.scopes.get(path)
        if scope is None:
            continue
        if not _may_be_set((old, new), scope, now.scopes[path], name, is_undefined(problem)):
            return f"`{name}` means something else there"
        if scope.is_class and not proposal.changes and name not in scope.bound:
            return f"`{name}` would be a new member of the class"
    other = _read_elsewhere(new, was, now, fresh)
    return f"`{other}` means something else there" if other else ""


def _not_set(problem: Problem, proposal: Proposal, was: _Names, now: _Names) -> str:
    """A name that is read still, and that nothing sets any more, though the rule keeps it."""
    given = {problem.text[start:end] for start, end in proposal.loses or ()}
    words = {word for text in given for word in _WORD.findall(text)}
    for path, name in set(was.bound) - set(now.bound):
        read = any(n == name and f"{at}.".startswith(f"{path}.") for at, n in now.read)
        if path in now.scopes and name not in words and read:
            return name
    return ""


def _read_elsewhere(new: Scopes, was: _Names, now: _Names, fresh: set[_Variable]) -> str:
    """A name that is newly read where it is not the variable that was set for it."""
    imported = {
        alias.asname or alias.name.split(".")[0]
        for node in new.source.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for path, name in now.read - was.read:
        homes = {home for home, bound in fresh if bound == name}
        homes = homes or ({now.paths[new.module]} if name in imported else set())
        owner = new.resolve(name, now.scopes[path])
        if homes and (owner is None or now.paths[owner] not in homes):
            return name
    return ""


def _may_be_set(
    texts: tuple[Scopes, Scopes], before: Scope, after: Scope, name: str, missing: str
) -> bool:
    """Whether a name may be set in a scope, which is given as it was and as it would be."""
    old, new = texts
    if not free_names.in_the_way(old, before, name, missing):
        return True
    if name not in before.bound:
        return False
    unread = all(o.binds for o in old.of_variable(name, before))
    seen = isinstance(before.node, Function) and not free_names.sees_names(before.node)
    return (unread and seen) or free_names.is_spent(new, after, name)


class _Names:
    """How often names are set and read in each scope; scopes are known by their paths."""

    def __init__(self, known: Scopes) -> None:
        self.paths: dict[Scope, str] = {}
        counts: Counter[str] = Counter()
        for scope in known.all:
            name = getattr(scope.node, "name", type(scope.node).__name__)
            around = self.paths[scope.parent] if scope.parent is not None else ""
            path = f"{around}.{name}"
            counts[path] += 1
            self.paths[scope] = f"{path}:{counts[path]}"
        self.scopes = {path: scope for scope, path in self.paths.items()}
        self.bound: Counter[_Variable] = Counter()
        self.read: Counter[_Variable] = Counter()
        for place in known.occurrences:
            if place.binds:
                target = known.resolve(place.name, place.scope) or place.scope
                self.bound[self.paths[target], place.name] += 1
            else:
                self.read[self.paths[place.scope], place.name] += 1
