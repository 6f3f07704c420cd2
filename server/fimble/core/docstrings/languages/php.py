"""PHP: functions, methods and types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_METHODS = ("function_definition", "method_declaration")
_TYPES = ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration")
_CLOSED = (*_METHODS, *_TYPES, "anonymous_function", "arrow_function")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Functions, types and their methods, in order."""
    return (_item(tree, *found) for found in trees.named(tree, (*_METHODS, *_TYPES)))


def _item(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    access = trees.first(node, "visibility_modifier")
    return Item(
        "function" if node.type in _METHODS else "class",
        name,
        qualname,
        *tree.span(node),
        above(tree, node, ("/**",)),
        public=access is None or tree.source(access) != "private",
        inherits=_inherits(tree, node, name),
        read=partial(_details, tree, node, name),
    )


def _inherits(tree: SyntaxTree, node: Node, name: str) -> bool:
    """Whether it says that it overrides, hands on to what it overrides, or is magic."""
    marks = (tree.source(c) for c in node.children if "attribute" in c.type)
    if any(re.search(r"\bOverride\b", mark) for mark in marks):
        return True
    if node.type != "method_declaration" or name == "__construct":
        return False
    return name.startswith("__") or trees.calls(tree, node, rf"parent::{re.escape(name)}\(")


def _details(tree: SyntaxTree, node: Node, name: str) -> Details:
    if node.type not in _METHODS:
        return Details()
    body = node.child_by_field_name("body")
    statements = list(trees.within(body, _CLOSED))
    returned = trees.field(tree, node, "return_type")
    values = any(s.type == "return_statement" and s.named_children for s in statements)
    nothing = returned in ("void", "never")
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns="" if nothing else returned,
        returns_value=not nothing and (values or (body is None and bool(returned))),
        yields=any(s.type == "yield_expression" for s in statements),
        raises=trees.thrown(tree, body, ("throw_expression", "throw_statement"), _CLOSED),
        traits=frozenset({"constructor"} if name == "__construct" else ()),
    )


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    for child in trees.children(node, "parameters"):
        name = trees.field(tree, child, "name")
        if name:
            default = trees.field(tree, child, "default_value")
            dots = "..." if child.type == "variadic_parameter" else ""
            yield Parameter(dots + name, trees.field(tree, child, "type"), default)
