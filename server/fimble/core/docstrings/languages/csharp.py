"""C#: types, methods, constructors and properties."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_METHODS = ("method_declaration", "constructor_declaration", "property_declaration")
_TYPES = (
    "class_declaration",
    "struct_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
)
_CLOSED = (*_METHODS, *_TYPES, "lambda_expression", "local_function_statement")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Types and their members, in order."""
    return (_item(tree, *found) for found in trees.named(tree, (*_METHODS, *_TYPES)))


def _item(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    modifiers = {tree.source(child) for child in node.children if child.type == "modifier"}
    parent = node.parent.parent if node.parent is not None else None
    interface = parent is not None and parent.type == "interface_declaration"
    return Item(
        "function" if node.type in _METHODS else "class",
        name,
        qualname,
        *tree.span(node),
        above(tree, node, ("///", "/**")),
        public=interface or bool(modifiers & {"public", "protected"}),
        inherits="override" in modifiers,
        read=partial(_details, tree, node),
    )


def _details(tree: SyntaxTree, node: Node) -> Details:
    listed = node.child_by_field_name("type_parameters") or trees.first(node, "type_parameter_list")
    returned = trees.field(tree, node, "returns")
    body = node.child_by_field_name("body") or trees.first(node, "arrow_expression_clause")
    throwing = ("throw_statement", "throw_expression")
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns=returned,
        returns_value=returned not in ("", "void", "Task", "ValueTask"),
        raises=trees.thrown(tree, body, throwing, _CLOSED),
        generics=tuple(
            trees.field(tree, child, "name") or tree.source(child)
            for child in trees.children(listed)
        ),
        traits=frozenset({"property"} if node.type == "property_declaration" else ()),
    )


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    listed = node.child_by_field_name("parameters") or trees.first(node, "parameter_list")
    if listed is None:
        return
    for child in listed.named_children:
        if child.type == "parameter":
            yield Parameter(trees.field(tree, child, "name"), trees.field(tree, child, "type"))
    if trees.first(listed, "params") is not None:
        yield Parameter(trees.field(tree, listed, "name"), trees.field(tree, listed, "type"))
