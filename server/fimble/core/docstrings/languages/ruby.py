"""Ruby: methods, classes and modules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter, Raised
from fimble.core.docstrings.languages import tree as trees
from fimble.core.syntax import Node, SyntaxTree

_METHODS = ("method", "singleton_method")
_TYPES = ("class", "module")
_CLOSED = (*_METHODS, *_TYPES, "lambda")


def items(tree: SyntaxTree) -> tuple[Item, ...]:
    """Classes, modules and methods, in order."""
    found = trees.named(tree, (*_METHODS, *_TYPES))
    return tuple(_item(tree, node, name, qualname) for node, name, qualname in found)


def _item(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    return Item(
        "function" if node.type in _METHODS else "class",
        name,
        qualname,
        *tree.span(node),
        trees.above(tree, node, ("#",)),
        public=not _hidden(tree, node),
        read=partial(_details, tree, node, name),
    )


def _hidden(tree: SyntaxTree, node: Node) -> bool:
    """Whether `private` or `protected` stands alone above it in its class."""
    sibling = node.prev_named_sibling
    while sibling is not None:
        if sibling.type == "identifier" and tree.source(sibling) in ("private", "protected"):
            return True
        sibling = sibling.prev_named_sibling
    return False


def _details(tree: SyntaxTree, node: Node, name: str) -> Details:
    if node.type not in _METHODS:
        return Details()
    statements = list(trees.within(node.child_by_field_name("body"), _CLOSED))
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns_value=bool(statements) and name != "initialize" and not name.endswith("="),
        yields=any(s.type == "yield" for s in statements),
        raises=_raises(tree, statements),
        traits=frozenset({"constructor"} if name == "initialize" else ()),
    )


def _raises(tree: SyntaxTree, statements: list[Node]) -> tuple[Raised, ...]:
    found: dict[str, Raised] = {}
    for call in statements:
        arguments = trees.children(call, "arguments")
        if call.type != "call" or trees.field(tree, call, "method") != "raise" or not arguments:
            continue
        named: Node | None = arguments[0]
        if named is not None and named.type == "call":
            named = named.child_by_field_name("receiver")
        if named is not None and named.type in ("constant", "scope_resolution"):
            found.setdefault(tree.source(named), Raised(tree.source(named)))
        elif named is not None and named.type == "string":
            found.setdefault("RuntimeError", Raised("RuntimeError"))
    return tuple(found.values())


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    marks = {"splat_parameter": "*", "hash_splat_parameter": "**", "block_parameter": "&"}
    for child in trees.children(node, "parameters"):
        if child.type == "identifier":
            yield Parameter(tree.source(child))
            continue
        name = trees.field(tree, child, "name")
        if name:
            mark = marks.get(child.type, "")
            yield Parameter(mark + name, "", trees.field(tree, child, "value"))
