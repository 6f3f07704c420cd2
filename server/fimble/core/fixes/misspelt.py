"""A name that nobody defined, but one in scope is spelt almost so.

A name that is set once and never read may be the misspelt one itself. It is, if what is missing is
missed more than once: nobody mistypes a name twice in one way. Otherwise a model has to say.
"""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Iterator
from dataclasses import replace

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.fixes.missing_import import is_undefined
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.snapshot import Edit

_LIKENESS = 0.75
"""Of difflib: two swapped letters in a word of eight reach it."""


def misspelt(problem: Problem) -> Iterator[Proposal]:
    """Proposes the names in scope that are spelt almost like it, the likest first."""
    name, scopes = is_undefined(problem), problem.scopes
    if len(name) < 3 or scopes is None:
        return
    start = problem.text.find(name, problem.diagnostic.start)
    here = next((o for o in scopes.occurrences if o.start == start and o.name == name), None)
    if here is None or start < 0:
        return
    missed = [o for o in scopes.occurrences if o.name == name and scopes.owner(o) is None]
    idle = _idle(scopes, here.scope)
    suspects = difflib.get_close_matches(name, sorted(idle), n=1, cutoff=_LIKENESS)
    for other in suspects:
        defined = _spelt(idle[other], name, f"`{other}` becomes `{name}`", unsure=len(missed) == 1)
        yield replace(defined, elsewhere=True)
        if len(missed) == 1:
            yield _spelt(here, other, f"use `{other}`", unsure=True)
    known = (scopes.visible(here.scope) - idle.keys() | set(dir(builtins))) - {name}
    for other in difflib.get_close_matches(name, sorted(known), n=2, cutoff=_LIKENESS):
        yield _spelt(here, other, f"use `{other}`", unsure=bool(suspects))


def _idle(scopes: Scopes, scope: Scope) -> dict[str, Occurrence]:
    """Names that the scope sees, set once and never read, with the place."""
    found: dict[str, Occurrence] = {}
    for name in scopes.visible(scope):
        owner = scopes.resolve(name, scope)
        places = scopes.of_variable(name, owner) if owner else []
        if len(places) == 1 and places[0].binds and places[0].start >= 0:
            found[name] = places[0]
    return found


def _spelt(place: Occurrence, name: str, title: str, *, unsure: bool) -> Proposal:
    edit = Edit(place.start, place.start + len(place.name), name)
    return Proposal(title, (edit,), unsure=unsure, loses=((edit.start, edit.end),))
