"""A name that nobody defined, but one in scope is spelt almost so."""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.fixes.missing_import import is_undefined
from fimble.core.refactor.scopes import Scopes
from fimble.core.text import Edit

_LIKENESS = 0.75
"""Of difflib: two swapped letters in a word of eight reach it."""


def misspelt(problem: Problem) -> Iterator[Proposal]:
    """Proposes the names in scope that are spelt almost like it, the likest first.

    A name of the module that nothing uses may be the misspelt one itself, so it is not proposed.
    """
    name, scopes = is_undefined(problem), problem.scopes
    if len(name) < 3 or scopes is None:
        return
    start = problem.text.find(name, problem.diagnostic.start)
    here = next((o for o in scopes.occurrences if o.start == start and o.name == name), None)
    if here is None or start < 0:
        return
    used = {o.name for o in scopes.occurrences if not o.binds}
    idle = scopes.module.bound - used
    known = (scopes.visible(here.scope) - idle | set(dir(builtins))) - {name}
    if sum(o.name == name for o in scopes.occurrences) > 1:
        yield from _misspelt_import(scopes, name, idle)
    likely = difflib.get_close_matches(name, sorted(known), n=2, cutoff=_LIKENESS)
    for other in likely:
        yield Proposal(f"use `{other}`", (Edit(start, start + len(name), other),))


def _misspelt_import(scopes: Scopes, name: str, idle: set[str]) -> Iterator[Proposal]:
    """A name is missed more than once, and a like one is imported for nothing: it is meant."""
    for other in difflib.get_close_matches(name, sorted(idle), n=1, cutoff=_LIKENESS):
        for node in ast.walk(scopes.source.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == other and alias.asname is None:
                        edit = Edit(*scopes.source.span(alias), name)
                        yield Proposal(f"import `{name}`", (edit,))
