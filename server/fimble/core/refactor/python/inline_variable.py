"""Puts a variable's value where it is read, and takes the variable away.

A value that may have effects, or may be another one later, moves only into the next statement,
and only to a place where `extract_variable` would take it out again: evaluated once, at the same
moment. A plain value moves anywhere.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fimble.core.refactor.python import extract_variable
from fimble.core.refactor.python.rename import dynamic
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text import python
from fimble.core.text.python import Function, block_of
from fimble.core.text.snapshot import Edit, apply_edits

_ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict)


@dataclass(frozen=True)
class Inlining:
    """A variable whose value can stand in its place.

    Attributes:
        name: The variable.
        statement: Its only assignment.
        value: What is assigned.
        reads: Where it is read, in order.
    """

    name: str
    statement: ast.Assign | ast.AnnAssign
    value: ast.expr
    reads: tuple[int, ...]


def inlinable(scopes: Scopes, start: int) -> Inlining | str:
    """The variable at `start`, or why it cannot be inlined."""
    here = next((o for o in scopes.occurrences if o.start <= start <= o.start + len(o.name)), None)
    owner = scopes.owner(here) if here else None
    if here is None or owner is None:
        return "There is no variable of this file at the cursor."
    if not isinstance(owner.node, Function):
        return "Only variables of functions are inlined: others may be used elsewhere."
    places = scopes.of_variable(here.name, owner)
    found = _assignment(scopes, here.name, places)
    if isinstance(found, str):
        return found
    return _refusal(scopes, owner, found, places) or found


def inline_variable(scopes: Scopes, found: Inlining) -> tuple[Edit, ...]:
    """The edits: the assignment's lines go, the value comes where the variable is read."""
    source = scopes.source
    value = source.of(found.value)
    own = source.whole(found.value) != source.span(found.value)
    plain = own or (isinstance(found.value, _ATOMS) and len(value.splitlines()) == 1)
    number = isinstance(found.value, ast.Constant) and not isinstance(found.value.value, str)
    edits = [Edit(*source.lines(*source.span(found.statement)), "")]
    for read in found.reads:
        end = read + len(found.name)
        bare = plain and not (number and not own and source.text.startswith(".", end))
        edits.append(Edit(read, end, value if bare else f"({value})"))
    return tuple(edits)


def _assignment(scopes: Scopes, name: str, places: list[Occurrence]) -> Inlining | str:
    """The only assignment and the reads, all of them behind it."""
    source = scopes.source
    if any(o.start < 0 for o in places):
        return f"It is not clear where `{name}` stands in a formatted string."
    sets = [o for o in places if o.binds]
    if len(sets) != 1 or any(name in o.scope.outer for o in places):
        return f"`{name}` is set more than once."
    statement = source.statement(sets[0].start, sets[0].start + len(name))
    target = _target(statement)
    if not isinstance(target, ast.Name) or source.span(target)[0] != sets[0].start:
        return f"`{name}` is not set by a plain assignment."
    assert isinstance(statement, ast.Assign | ast.AnnAssign)
    value = statement.value
    reads = sorted(o.start for o in places if not o.binds)
    if value is None or not reads:
        return f"`{name}` is never read."
    return Inlining(name, statement, value, tuple(reads))


def _target(statement: ast.stmt | None) -> ast.expr | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0]
    return statement.target if isinstance(statement, ast.AnnAssign) else None


def _refusal(scopes: Scopes, owner: Scope, found: Inlining, places: list[Occurrence]) -> str:
    source, statement = scopes.source, found.statement
    start, end = source.span(statement)
    _first, last = source.lines(start, end)
    if not source.leads(statement) or source.text[end:last].strip():
        return "Something else stands on the line of its assignment."
    block = block_of(source.tree, statement)
    behind = block[block.index(statement) + 1 :]
    reach = (end, source.end(behind[-1])) if behind else (end, end)
    if any(not reach[0] <= read < reach[1] for read in found.reads):
        return f"`{found.name}` may be read where it was not set."
    for read in found.reads:
        around = source.around(read, read + len(found.name))
        if any(isinstance(n, ast.JoinedStr) for n in around):
            return f"`{found.name}` is read in a formatted string."
    if dynamic(scopes, found.name, owner):
        return f"`{found.name}` may be read by its name."
    if _is_plain(scopes, owner, found.value, places):
        return ""
    if len(found.reads) > 1:
        return "Its value would be computed more than once."
    return "" if _comes_back(scopes, found) else "Something else may happen before it is read."


def _is_plain(scopes: Scopes, owner: Scope, value: ast.expr, places: list[Occurrence]) -> bool:
    """Whether the value is the same whenever, and wherever the variable is read, it is computed."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.Constant):
        return True
    if not isinstance(value, ast.Name):
        return isinstance(value, ast.Constant)
    same = scopes.of_variable(value.id, owner)
    parameters = {scopes.source.span(a)[0] for a in ast.walk(owner.node) if isinstance(a, ast.arg)}
    once = [o.start for o in same if o.binds]
    seen = all(scopes.resolve(value.id, place.scope) is owner for place in places)
    return len(once) == 1 and once[0] in parameters and seen


def _comes_back(scopes: Scopes, found: Inlining) -> bool:
    """Whether the value, in its new place, is what `extract_variable` takes out to the old one."""
    source = scopes.source
    block = block_of(source.tree, found.statement)
    after = block[block.index(found.statement) + 1]
    edits = inline_variable(scopes, found)
    text = apply_edits(source.text, edits)
    value, gone = edits[1].new_text, edits[0].end - edits[0].start
    start = found.reads[0] - gone
    new = python.parse(text)
    if new is None:
        return False
    node = extract_variable.extractable(new, start, start + len(value))
    if isinstance(node, str):
        return False
    statement = new.statement(*new.span(node))
    return statement is not None and new.span(statement)[0] == source.span(after)[0] - gone
