"""Which variables flow into and out of some statements of a JavaScript or TypeScript function.

A variable goes in as a value, so nothing may change it while the statements run; one that they
declare comes out as a value, so no function that they make may see it change afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from fimble.core.refactor.scripts.nodes import CLASSES, FUNCTIONS, LOOPS, around
from fimble.core.refactor.scripts.scopes import Occurrence, Scope, Scopes
from fimble.core.refactor.scripts.unset import may_be_unset
from fimble.core.text.syntax import Node, SyntaxTree, parents

_CAN_BE_SET = frozenset({"let", "var", "parameter", "catch"})


@dataclass(frozen=True)
class Use:
    """A variable that statements share with the code around them.

    Attributes:
        name: Its name.
        way: It goes `in`, comes `out`, or goes in and comes back `changed`.
        declared: Where it is declared.
        reason: Why it cannot do so, "" if it can.
        again: Whether what comes out gets another value later.
    """

    name: str
    way: Literal["in", "out", "changed"]
    declared: Occurrence
    reason: str
    again: bool = False


@dataclass(frozen=True)
class _Variable:
    """A variable, seen from the statements."""

    scope: Scope
    places: list[Occurrence]
    body: Sequence[Node]
    parsed: SyntaxTree

    @property
    def name(self) -> str:
        return self.places[0].name

    @property
    def kind(self) -> str:
        return self.scope.bound[self.name]

    @cached_property
    def function(self) -> Node | None:
        return function_of(self.scope)

    @property
    def declaration(self) -> Occurrence:
        return next(o for o in self.places if o.declares)

    @cached_property
    def sets(self) -> list[Occurrence]:
        """Where it gets another value; `var` may do so by its declaration, in a loop."""
        first = None if self.kind == "var" else self.declaration
        return [o for o in self.places if o.sets and o is not first]

    def inside(self, place: Occurrence) -> bool:
        return self.body[0].start_byte <= place.start < self.body[-1].end_byte

    def elsewhere(self, place: Occurrence) -> bool:
        """Whether a place is in another function than the variable: a closure sees it."""
        return function_of(place.scope) != self.function


def uses(scopes: Scopes, body: Sequence[Node], visible: set[Node]) -> Iterator[Use]:
    """The variables that statements of one block share with the code around.

    Args:
        scopes: Of the file.
        body: The statements.
        visible: Nodes whose scopes the extracted function will see.
    """
    known: set[tuple[str, Scope]] = set()
    for place in scopes.between(body[0].start_byte, body[-1].end_byte):
        owner = scopes.owner(place)
        if owner is None or owner.node in visible or (place.name, owner) in known:
            continue
        known.add((place.name, owner))
        places = scopes.of_variable(place.name, owner)
        variable = _Variable(owner, places, body, scopes.parsed)
        yield from _use(variable)


def function_of(scope: Scope) -> Node | None:
    """The function that a scope is in, None for the program.

    A class counts as one: its fields are set when somebody makes an object of it.
    """
    kinds = FUNCTIONS | CLASSES
    return next((s.node for s in scope.around() if s.node.type in kinds), None)


def _use(variable: _Variable) -> Iterator[Use]:
    places, name, declared = variable.places, variable.name, variable.declaration
    if not variable.inside(declared):
        changed = any(o.sets and variable.inside(o) for o in places)
        reason = next(_keeps_out(variable, changed=changed), "")
        yield Use(name, "changed" if changed else "in", declared, reason)
    elif not all(variable.inside(o) for o in places):
        again = any(not variable.inside(o) for o in variable.sets)
        yield Use(name, "out", declared, next(_keeps_in(variable, again=again), ""), again)
    elif variable.kind == "var" and _outlives(variable):
        yield Use(name, "out", declared, f"`{name}` keeps its value from before.")


def _keeps_out(variable: _Variable, *, changed: bool) -> Iterator[str]:
    """Why a variable from before the statements cannot be handed to them."""
    name, declaration = variable.name, variable.declaration
    later = declaration.start >= variable.body[0].start_byte and variable.kind != "function"
    unset = may_be_unset(variable.parsed, {name}, variable.body[0])
    if later or unset or _in_switch(declaration.node):
        yield f"`{name}` may be unset before them."
    if any(variable.elsewhere(o) for o in variable.sets):
        yield f"A function changes `{name}`."
    inner = any(variable.inside(o) and variable.elsewhere(o) for o in variable.places)
    if variable.sets and inner:
        yield f"A function inside uses `{name}`, which changes."
    if changed and variable.kind not in _CAN_BE_SET:
        yield f"`{name}` cannot be set."
    if changed and any(variable.elsewhere(o) for o in variable.places):
        yield f"A function uses `{name}`, which changes."


def _keeps_in(variable: _Variable, *, again: bool) -> Iterator[str]:
    """Why a variable that the statements declare cannot be handed out."""
    name, places = variable.name, variable.places
    if variable.kind not in ("const", "let") or not places[0].declares:
        yield f"`{name}` is known before them."
    if again and variable.kind == "const":
        yield f"`{name}` cannot be set."
    inner = [o for o in places if variable.inside(o) and variable.elsewhere(o)]
    if any(o.sets for o in inner) or (inner and again):
        yield f"A function inside uses `{name}`, which changes."
    if any(not variable.inside(o) and _in_declaration(o.scope, variable) for o in places):
        yield f"A function that may be called earlier reads `{name}`."


def _outlives(variable: _Variable) -> bool:
    """Whether a `var` may keep its value from one turn of a loop to the next."""
    if not any(n.type in LOOPS for n in around(variable.body[0])):
        return False
    first = variable.places[0]
    declarator = first.node.parent
    statement = declarator.parent if declarator is not None else None
    if declarator is None or statement is None or statement not in variable.body:
        return True
    inner = [o for o in variable.places[1:] if o.start < declarator.end_byte]
    captured = any(variable.elsewhere(o) for o in variable.places)
    return not (first.declares and first.sets) or bool(inner) or captured


def _in_declaration(scope: Scope, variable: _Variable) -> bool:
    """Whether a place is in a function that is known before its line, inside the variable's."""
    for current in scope.around():
        if current is variable.scope or current.node == variable.function:
            return False
        if current.node.type.endswith("function_declaration"):
            return True
    return False


def _in_switch(node: Node) -> bool:
    """Whether a declaration stands in a case, so that another case may jump over it."""
    for parent in parents(node):
        if parent.type in ("statement_block", "switch_body"):
            return parent.type == "switch_body"
    return False
