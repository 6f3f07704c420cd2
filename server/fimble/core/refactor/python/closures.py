"""Functions in a Python function, and the variables that they see.

Closures see a variable, not a value: statements that move to another function have one of their
own, and would show them another value.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes

_CONSUMERS = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
)
_LAZY = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.GeneratorExp)


@dataclass(frozen=True)
class Moved:
    """Statements that are moved, seen from one variable.

    Attributes:
        start: Where they begin.
        end: Where they end.
        loop: The span of the outermost loop around them; nothing behind them if there is none.
        sets: Whether they set the variable.
    """

    start: int
    end: int
    loop: tuple[int, int]
    sets: bool

    def holds(self, place: Occurrence) -> bool:
        """Whether a place is in the statements."""
        return self.start <= place.start < self.end

    def repeats(self, place: Occurrence) -> bool:
        """Whether a place is in the loop."""
        return self.loop[0] <= place.start < self.loop[1]


def changes(name: str, scopes: Scopes, owner: Scope, moved: Moved) -> str:
    """Why a function inside would see another value once the statements are moved, "" if not."""
    places = scopes.of_variable(name, owner)
    if all(moved.holds(o) for o in places):
        return _kept(name, [o for o in places if _is_captured(scopes, o.scope, owner)], moved)
    changed = any(o.binds and (o.start >= moved.end or moved.repeats(o)) for o in places)
    for place in places:
        if not _is_captured(scopes, place.scope, owner):
            continue
        if place.binds or name in place.scope.outer:
            return f"a function inside changes `{name}`"
        if (changed and moved.holds(place)) or moved.sets:
            return f"a function inside uses `{name}`, which changes"
    return ""


def _kept(name: str, captured: Sequence[Occurrence], moved: Moved) -> str:
    """Why a variable of the statements alone may be seen from one turn of a loop to the next."""
    loops = moved.loop[0] < moved.start
    return f"a function inside keeps `{name}` for the next turn" if captured and loops else ""


def _is_captured(scopes: Scopes, scope: Scope, owner: Scope) -> bool:
    inner = takewhile(lambda s: s is not owner, scope.around())
    return any(isinstance(s.node, _LAZY) and not _is_used_up(scopes, s) for s in inner)


def _is_used_up(scopes: Scopes, scope: Scope) -> bool:
    """Whether a generator expression is read to its end where it stands."""
    if not isinstance(scope.node, ast.GeneratorExp):
        return False
    source = scopes.source
    around = source.around(*source.span(scope.node))
    call = next((n for n in around if isinstance(n, ast.Call) and scope.node in n.args), None)
    called = call.func if call is not None else None
    if isinstance(called, ast.Attribute):
        return called.attr == "join"
    known = isinstance(called, ast.Name) and called.id in _CONSUMERS
    return known and scopes.resolve(source.of(called), scope) is None if called else False
