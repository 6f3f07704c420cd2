"""Which variables flow into and out of some statements of a Python function.

Definite assignment is judged without running anything, on the safe side: what may be unset is
called unset.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fimble.core.python import Function, Source, blocks
from fimble.core.refactor.scopes import Occurrence, Scope, Scopes

Loop = ast.For | ast.AsyncFor | ast.While
_LAZY = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.GeneratorExp)


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
    source = scopes.source
    start, end = source.span(body[0])[0], source.end(body[-1])
    inside = [o for o in scopes.occurrences if start <= o.start < end]
    names = sorted({o.name for o in inside if scopes.owner(o) is owner})
    path = source.around(start, end)
    in_loop = any(isinstance(n, Loop) and _is_below(n, owner) for n in path)
    inputs: list[str] = []
    outputs: list[str] = []
    for name in names:
        places = scopes.of_variable(name, owner)
        if any(o.start < 0 for o in places):
            return Flow(reason=f"it is not clear where `{name}` stands")
        set_here = any(o.binds for o in places if start <= o.start < end)
        reads = _Reads(source, places)
        later = _is_read_after(reads, owner, body[-1], path)
        needed, sets = reads.block(body)
        needed = needed or (set_here and later and not sets)
        if set_here and (later or (in_loop and needed)):
            outputs.append(name)
        if needed and any(o.binds for o in places):
            inputs.append(name)
        problem = _problem(name, places, owner, start, end, set_here)
        if problem:
            return Flow(reason=problem)
    for name in inputs:
        if not _is_set_before(owner, name, body[0], path):
            return Flow(reason=f"`{name}` may be unset before it")
    for name in outputs:
        if name not in inputs and not any(_always_sets(s, name) for s in body):
            return Flow(reason=f"`{name}` may be unset after it")
    if outputs and any(isinstance(n, ast.Try) and _is_below(n, owner) for n in path):
        return Flow(reason="an exception in it would leave its variables in another state")
    return Flow(tuple(inputs), tuple(outputs))


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
        if isinstance(parent, ast.Try) and reads.anywhere(parent):
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
        if isinstance(loop, ast.While) and self._in(loop.test):
            return True
        is_set = isinstance(loop, ast.For | ast.AsyncFor) and self._set_in(loop.target)
        return (not is_set and self.block(loop.body)[0]) or self.block(loop.orelse)[0]

    def anywhere(self, node: ast.AST) -> bool:
        """Whether a node reads it at all."""
        return self._in(node)

    def block(self, body: Sequence[ast.stmt]) -> tuple[bool, bool]:
        """Whether the value from before is read, and whether it is surely set at the end."""
        for statement in body:
            reads, sets = self._statement(statement)
            if reads or sets:
                return reads, sets
        return False, False

    def _statement(self, node: ast.stmt) -> tuple[bool, bool]:
        if isinstance(node, ast.For | ast.AsyncFor):
            if self._in(node.iter) or self.block(node.orelse)[0]:
                return True, False
            return not self._set_in(node.target) and self.block(node.body)[0], False
        if isinstance(node, ast.While):
            parts = (self.block(node.body)[0], self.block(node.orelse)[0])
            return self._in(node.test) or any(parts), False
        if isinstance(node, ast.If):
            (first, sets), (second, also) = self.block(node.body), self.block(node.orelse)
            return self._in(node.test) or first or second, sets and also
        if isinstance(node, ast.With | ast.AsyncWith):
            if any(self._in(item.context_expr) for item in node.items):
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

    def _set_in(self, node: ast.AST) -> bool:
        return self._any(node, binds=True)

    def _any(self, node: ast.AST, *, binds: bool) -> bool:
        start, end = self._source.span(node)
        return any(o.binds is binds and start <= o.start < end for o in self._places)


def _problem(
    name: str, places: Sequence[Occurrence], owner: Scope, start: int, end: int, set_here: bool
) -> str:
    """Closures see a variable, not a value: moved statements would show them another one."""
    for place in places:
        if not _is_captured(place.scope, owner):
            continue
        inside = start <= place.start < end
        changed = any(o.binds and (o.start >= end or set_here) for o in places)
        if changed and (inside or set_here):
            return f"a function inside uses `{name}`, which changes"
    return ""


def _is_captured(scope: Scope, owner: Scope) -> bool:
    current: Scope | None = scope
    while current is not None and current is not owner:
        if isinstance(current.node, _LAZY):
            return True
        current = current.parent
    return False


def _is_set_before(owner: Scope, name: str, first: ast.stmt, path: Sequence[ast.AST]) -> bool:
    """Whether a parameter or a statement that always runs before has set the name."""
    node = owner.node
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


def _is_below(node: ast.AST, owner: Scope) -> bool:
    return node is not owner.node and any(n is node for n in ast.walk(owner.node))
