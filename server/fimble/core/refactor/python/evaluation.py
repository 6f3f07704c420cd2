"""In which order Python evaluates the line of a statement, and what may see what.

This is the only place that knows: whatever moves code asks here (the language's reference, 6.16
and 7.2, and what CPython's compiler does where that leaves it open).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fimble.core.text.python import Source

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_BUILDS = (ast.Constant, ast.Name, ast.Lambda, ast.List, ast.Tuple, ast.JoinedStr, ast.Slice)
"""They hold references, and look at nothing."""


@dataclass(frozen=True)
class Step:
    """A part of a statement, at the moment at which it is done.

    Attributes:
        node: The part.
        acts: Whether it may do something: a call, an assignment.
        looks: Whether it may look at what others have done, or fail because of it.
    """

    node: ast.AST
    acts: bool
    looks: bool


def steps(statement: ast.stmt) -> Iterator[Step]:
    """The parts of a statement's own line in the order of their evaluation, not its blocks."""
    if isinstance(statement, ast.Assign):
        yield from _value(statement.value)
        for target in statement.targets:
            yield from _target(target)
    elif isinstance(statement, ast.AnnAssign):
        yield from _values([statement.value])
        yield from _target(statement.target)
        yield from _value(statement.annotation)
    elif isinstance(statement, ast.AugAssign):
        yield from _parts(statement.target)
        yield Step(statement.target, acts=False, looks=True)
        yield from _value(statement.value)
        yield Step(statement, acts=True, looks=True)
    elif isinstance(statement, ast.For | ast.AsyncFor):
        yield from _value(statement.iter)
        yield Step(statement, acts=True, looks=True)
        yield from _target(statement.target)
    elif isinstance(statement, ast.With | ast.AsyncWith):
        for item in statement.items:
            yield from _value(item.context_expr)
            yield Step(item, acts=True, looks=True)
            if item.optional_vars:
                yield from _target(item.optional_vars)
    elif isinstance(statement, ast.Delete):
        for target in statement.targets:
            yield from _target(target)
    else:
        blocks = ("body", "orelse", "finalbody", "handlers", "cases")
        for name, field in ast.iter_fields(statement):
            if name not in blocks:
                yield from _values(field if isinstance(field, list) else [field])


def before(statement: ast.stmt, node: ast.AST) -> list[Step] | None:
    """What is done before the first part of a node is; None if it is no part of the line."""
    inside, found = set(ast.walk(node)), list[Step]()
    for step in steps(statement):
        if step.node is node:
            return found
        if step.node not in inside:
            found.append(step)
    return None


def acts(node: ast.AST) -> bool:
    """Whether the evaluation of an expression may do something."""
    return any(isinstance(n, _ACTS) for n in ast.walk(node))


def may_come_first(source: Source, statement: ast.stmt, node: ast.expr) -> bool:
    """Whether all is the same if an expression of a statement is evaluated before the others."""
    if isinstance(node, ast.Constant):
        return True
    earlier = before(statement, node)
    if earlier is None or any(step.acts and not _is_super(step.node) for step in earlier):
        return False
    if not acts(node):
        return True
    shared = _shared(source)
    return all(
        _is_method(source, step.node, node)
        if isinstance(step.node, ast.Attribute)
        else not step.looks and getattr(step.node, "id", "") not in shared
        for step in earlier
        if not _is_super(step.node)
    )


def _values(nodes: Iterable[object]) -> Iterator[Step]:
    for node in nodes:
        if isinstance(node, ast.AST):
            yield from _value(node)


def _value(node: ast.AST) -> Iterator[Step]:
    yield from _parts(node)
    if isinstance(node, ast.expr) and not (isinstance(node, ast.Starred) and _is_stored(node)):
        yield Step(node, isinstance(node, _ACTS), _looks(node))


def _parts(node: ast.AST) -> Iterator[Step]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _values([key, value])
            if key is None:
                yield Step(node, acts=False, looks=True)
    elif isinstance(node, ast.Call):
        yield from _values([node.func, *node.args])
        for keyword in node.keywords:
            yield from _value(keyword.value)
            yield Step(keyword, acts=False, looks=keyword.arg is None)
    elif isinstance(node, ast.NamedExpr):
        yield from _value(node.value)
    elif isinstance(node, ast.Lambda | ast.arguments):
        yield from _defaults(node.args if isinstance(node, ast.Lambda) else node)
    elif isinstance(node, _COMPREHENSIONS):
        yield from _value(node.generators[0].iter)
        first = set(ast.walk(node.generators[0].iter))
        for part in ast.walk(node):
            if isinstance(part, ast.expr) and part is not node and part not in first:
                yield Step(part, isinstance(part, _ACTS), looks=True)
    else:
        yield from _values(ast.iter_child_nodes(node))


def _defaults(args: ast.arguments) -> Iterator[Step]:
    yield from _values([*args.defaults, *args.kw_defaults])
    every = (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg)
    yield from _values(arg.annotation for arg in every if arg is not None)


def _target(node: ast.expr) -> Iterator[Step]:
    """What is assigned to or deleted: its parts, then the assignment."""
    if isinstance(node, ast.Tuple | ast.List):
        yield Step(node, acts=True, looks=True)
        for part in node.elts:
            yield from _target(part)
    elif isinstance(node, ast.Starred):
        yield from _target(node.value)
    else:
        yield from _parts(node)
        yield Step(node, acts=True, looks=True)


def _is_stored(node: ast.Starred) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _looks(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return not all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
    if isinstance(node, ast.UnaryOp):
        return not isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.FormattedValue):
        return not isinstance(node.value, ast.Constant)
    return not isinstance(node, _BUILDS)


def _is_super(node: ast.AST) -> bool:
    """Whether a node is `super()`, which does nothing that could be seen."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and not node.args
    )


def _shared(source: Source) -> set[str]:
    """Variables that a function of the file may set for others."""
    return {
        name
        for n in ast.walk(source.tree)
        if isinstance(n, ast.Global | ast.Nonlocal)
        for name in n.names
    }


def _is_method(source: Source, attribute: ast.Attribute, node: ast.expr) -> bool:
    """Whether an attribute is what a call around `node` calls, and nothing gives it a new value.

    What is called is looked up before the arguments are evaluated. That shows only where an
    argument sets the attribute: one that only `__init__` sets, or nothing in the file, is safe.
    """
    called = source.parents.get(attribute)
    while isinstance(called, ast.Attribute):
        called = source.parents.get(called)
    if not isinstance(called, ast.Call) or node not in set(ast.walk(called)):
        return False
    if attribute not in set(ast.walk(called.func)):
        return False
    final = called.func is attribute
    if not final and _root(attribute) in _modules(source):
        return True
    stores = _stores(source, attribute.attr)
    if any(name in source.text for name in ("setattr(", "__dict__", "delattr(")):
        return False
    return all(stores) and (final or bool(stores))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _modules(source: Source) -> set[str]:
    found = (n for n in ast.walk(source.tree) if isinstance(n, ast.Import))
    return {alias.asname or alias.name.split(".")[0] for n in found for alias in n.names}


def _stores(source: Source, name: str) -> list[bool]:
    """For every place that sets or deletes an attribute: whether `__init__` does it."""
    found = list[bool]()
    for node in ast.walk(source.tree):
        stored = isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
        if stored and getattr(node, "attr", "") == name:
            owner = source.function(*source.span(node))
            found.append(owner is not None and owner.name == "__init__")
    return found
