"""Which variables flow into and out of some statements of a Python function.

Definite assignment is judged without running anything, on the safe side: what may be unset is
called unset.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from fimble.core.refactor.python.closures import Moved, changes
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.python import Function, Source, blocks

Loop = ast.For | ast.AsyncFor | ast.While
With = ast.With | ast.AsyncWith


@dataclass(frozen=True)
class Flow:
    """What statements read and leave behind.

    Attributes:
        inputs: Variables of the function that they read, by name.
        outputs: Variables that they set and that are read afterwards, by name.
        reason: Why they cannot stand alone, "" if they can.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    reason: str = ""


def flow(scopes: Scopes, owner: Scope, body: Sequence[ast.stmt]) -> Flow:
    """The flow of `body`, statements that follow each other in a block of the owner."""
    moved = _Body(scopes.source, owner, body)
    inside = [o for o in scopes.occurrences if moved.holds(o)]
    for o in inside:
        if o.binds and o.scope is owner and o.name in owner.outer:
            return Flow(reason=f"`{o.name}` is {owner.outer[o.name]} there")
    inputs: list[str] = []
    outputs: list[str] = []
    for name in sorted({o.name for o in inside if scopes.owner(o) is owner}):
        reason = _problem(scopes, moved, name)
        if reason:
            return Flow(reason=reason)
        comes, goes = _ways(scopes.of_variable(name, owner), moved)
        inputs += [name] * comes
        outputs += [name] * goes
    for name in inputs:
        if not is_set_before(owner.node, name, body[0], moved.path):
            return Flow(reason=f"`{name}` may be unset before it")
    for name in outputs:
        if name not in inputs and not any(_always_sets(s, name) for s in body):
            return Flow(reason=f"`{name}` may be unset after it")
        places = scopes.of_variable(name, owner)
        safe = not moved.is_read_if_it_fails(places) or _is_set_last(
            scopes.source, places, body[-1]
        )
        if moved.in_try or not safe:
            return Flow(reason="an exception in it would leave its variables in another state")
    return Flow(tuple(inputs), tuple(outputs))


@dataclass(frozen=True)
class _Body:
    """Statements that follow each other in a block of the owner."""

    source: Source
    owner: Scope
    body: Sequence[ast.stmt]

    @cached_property
    def span(self) -> tuple[int, int]:
        return self.source.span(self.body[0])[0], self.source.end(self.body[-1])

    @cached_property
    def path(self) -> list[ast.AST]:
        """What is around them, innermost first, to the owner."""
        inside = set(ast.walk(self.owner.node))
        return [n for n in self.source.around(*self.span) if n in inside]

    @cached_property
    def loops(self) -> list[tuple[int, int]]:
        return [self.source.span(n) for n in self.path if isinstance(n, Loop)]

    @cached_property
    def in_try(self) -> bool:
        return any(isinstance(n, ast.Try | ast.TryStar) for n in self.path)

    def holds(self, place: Occurrence) -> bool:
        return self.span[0] <= place.start < self.span[1]

    def is_read_if_it_fails(self, places: Sequence[Occurrence]) -> bool:
        """Whether a variable may be read behind an exception: a `with` may end one, too."""
        ends = [self.source.span(n) for n in self.path if isinstance(n, With)]
        spans = [self.span] if self.in_try else ends
        return any(not (o.binds or start <= o.start < end) for o in places for start, end in spans)


def _problem(scopes: Scopes, moved: _Body, name: str) -> str:
    """Why a variable cannot go in or out as a value."""
    places = scopes.of_variable(name, moved.owner)
    if any(o.start < 0 for o in places):
        return f"it is not clear where `{name}` stands"
    if any(_deletes(n, name) for n in ast.walk(moved.owner.node)):
        return f"`{name}` is deleted"
    loop = moved.loops[-1] if moved.loops else (moved.span[1], moved.span[1])
    set_here = any(o.binds and moved.holds(o) for o in places)
    return changes(name, scopes, moved.owner, Moved(*moved.span, loop, set_here))


def _ways(places: Sequence[Occurrence], moved: _Body) -> tuple[bool, bool]:
    """Whether a variable goes in, and whether it comes out."""
    reads = _Reads(moved.source, places)
    later = _is_read_after(reads, moved.owner, moved.body[-1], moved.path)
    later = later or moved.is_read_if_it_fails(places)
    needed, sets = reads.block(moved.body)
    set_here = any(o.binds and moved.holds(o) for o in places)
    needed = needed or (set_here and later and not sets)
    comes = needed and any(o.binds for o in places)
    return comes, set_here and (later or (bool(moved.loops) and needed))


def _is_read_after(reads: _Reads, owner: Scope, last: ast.stmt, path: Sequence[ast.AST]) -> bool:
    """Whether the value that the statements leave may be read, block by block outwards."""
    current: ast.AST = last
    for parent in path:
        if parent is last:
            continue
        for block in blocks(parent):
            if current in block:
                read, is_set = reads.block(block[block.index(current) + 1 :])
                if read or is_set:
                    return read
        if isinstance(parent, Loop) and reads.again(parent):
            return True
        if parent is owner.node:
            return False
        if isinstance(parent, ast.stmt | ast.ExceptHandler | ast.match_case):
            current = parent
    return False


class _Reads:
    """Whether statements read a variable before they have set it themselves."""

    def __init__(self, source: Source, places: Sequence[Occurrence]) -> None:
        self._source = source
        self._places = places

    def again(self, loop: Loop) -> bool:
        """Whether another turn of a loop reads it, or what follows its last."""
        if isinstance(loop, ast.While):
            is_set, read = False, self._in(loop.test)
        else:
            is_set, read = self._set_in(loop.target), self._in(loop.target)
        if read:
            return True
        return (not is_set and self.block(loop.body)[0]) or self.block(loop.orelse)[0]

    def block(self, body: Sequence[ast.stmt]) -> tuple[bool, bool]:
        """Whether the value from before is read, and whether it is surely set at the end."""
        for statement in body:
            reads, sets = self._statement(statement)
            if reads or sets:
                return reads, sets
        return False, False

    def _statement(self, node: ast.stmt) -> tuple[bool, bool]:
        if isinstance(node, ast.For | ast.AsyncFor):
            if self._in(node.iter) or self._in(node.target) or self.block(node.orelse)[0]:
                return True, False
            return not self._set_in(node.target) and self.block(node.body)[0], False
        if isinstance(node, ast.While):
            parts = (self.block(node.body)[0], self.block(node.orelse)[0])
            return self._in(node.test) or any(parts), False
        if isinstance(node, ast.If):
            (first, sets), (second, also) = self.block(node.body), self.block(node.orelse)
            return self._in(node.test) or first or second, sets and also
        if isinstance(node, ast.With | ast.AsyncWith):
            if any(self._in(item.context_expr) or self._in_target(item) for item in node.items):
                return True, False
            sets = any(self._set_in(i.optional_vars) for i in node.items if i.optional_vars)
            return not sets and self.block(node.body)[0], sets
        if isinstance(node, ast.Try):
            handlers = (handler.body for handler in node.handlers)
            parts_of = (node.body, *handlers, node.orelse, node.finalbody)
            return any(self.block(part)[0] for part in parts_of), False
        return self._in(node), self._any(node, binds=True) and self._always(node)

    def _always(self, node: ast.stmt) -> bool:
        return any(_always_sets(node, place.name) for place in self._places[:1])

    def _in(self, node: ast.AST) -> bool:
        return self._any(node, binds=False)

    def _in_target(self, item: ast.withitem) -> bool:
        return item.optional_vars is not None and self._in(item.optional_vars)

    def _set_in(self, node: ast.AST) -> bool:
        return self._any(node, binds=True)

    def _any(self, node: ast.AST, *, binds: bool) -> bool:
        start, end = self._source.span(node)
        return any(o.binds is binds and start <= o.start < end for o in self._places)


def _is_set_last(source: Source, places: Sequence[Occurrence], last: ast.stmt) -> bool:
    """Whether no exception can come after a variable was set: the last statement does it."""
    first, end = source.span(last)[0], source.end(last)
    plain = isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign)
    return plain and all(o.start >= first for o in places if o.binds and o.start < end)


def _deletes(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del) and node.id == name


def is_set_before(node: ast.AST, name: str, first: ast.stmt, path: Sequence[ast.AST]) -> bool:
    """Whether a parameter or a statement that always runs before has set a name.

    Args:
        node: The function or module whose variable it is.
        name: The name.
        first: The statement.
        path: What is around it, innermost first.
    """
    if isinstance(node, Function) and name in _parameters(node):
        return True
    current: ast.AST = first
    for parent in path:
        if current is not parent and _sets_within(parent, current, name):
            return True
        for block in blocks(parent):
            before = block[: block.index(current)] if current in block else ()
            if any(_always_sets(s, name) for s in before):
                return True
        if parent is node:
            break
        if isinstance(parent, ast.stmt | ast.ExceptHandler | ast.match_case):
            current = parent
    return False


def _sets_within(parent: ast.AST, child: ast.AST, name: str) -> bool:
    """Whether the header of a statement sets a name for the block that the child is in."""
    if isinstance(parent, ast.For | ast.AsyncFor):
        return name in _targets(parent.target) and child not in parent.orelse
    if isinstance(parent, ast.With | ast.AsyncWith):
        return any(i.optional_vars and name in _targets(i.optional_vars) for i in parent.items)
    return isinstance(parent, ast.ExceptHandler) and parent.name == name


def _always_sets(statement: ast.stmt, name: str) -> bool:
    """Whether the statement has set the name whenever it ends normally."""
    if isinstance(statement, ast.Assign):
        return any(name in _targets(target) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return statement.value is not None and name in _targets(statement.target)
    if isinstance(statement, ast.AugAssign):
        return name in _targets(statement.target)
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any((a.asname or a.name.split(".")[0]) == name for a in statement.names)
    if isinstance(statement, Function | ast.ClassDef):
        return statement.name == name
    if isinstance(statement, ast.With | ast.AsyncWith):
        return any(i.optional_vars and name in _targets(i.optional_vars) for i in statement.items)
    if isinstance(statement, ast.If) and statement.orelse:
        return all(
            any(_always_sets(s, name) for s in b) for b in (statement.body, statement.orelse)
        )
    return False


def _targets(target: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} - {
        n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def _parameters(node: Function) -> Iterator[str]:
    args = node.args
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            yield arg.arg
