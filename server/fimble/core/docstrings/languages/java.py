"""Java: types, methods, constructors, records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter, Raised
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_METHODS = ("method_declaration", "constructor_declaration", "compact_constructor_declaration")
_TYPES = (
    "class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "annotation_type_declaration",
)
_CLOSED = (*_METHODS, *_TYPES, "lambda_expression")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Types and their methods, in order."""
    return (_item(tree, *found) for found in trees.named(tree, (*_METHODS, *_TYPES)))


def _item(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    modifiers = trees.first(node, "modifiers")
    words = {tree.source(c) for c in modifiers.children} if modifiers is not None else set()
    parent = node.parent.type if node.parent is not None else ""
    return Item(
        "function" if node.type in _METHODS else "class",
        name,
        qualname,
        *tree.span(node),
        above(tree, node, ("/**",)),
        public="public" in words or "protected" in words or parent == "interface_body",
        inherits=any(
            tree.source(c).split("(")[0].rpartition(".")[2].lstrip("@") == "Override"
            for c in (modifiers.named_children if modifiers is not None else ())
        ),
        read=partial(_details, tree, node),
    )


def _details(tree: SyntaxTree, node: Node) -> Details:
    returned = trees.field(tree, node, "type") if node.type == "method_declaration" else ""
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns="" if returned == "void" else returned,
        returns_value=returned not in ("", "void"),
        raises=_raises(tree, node) if node.type in _METHODS else (),
        generics=_generics(tree, node),
        traits=frozenset({"constructor"} if "constructor" in node.type else ()),
    )


def _raises(tree: SyntaxTree, node: Node) -> tuple[Raised, ...]:
    """What it throws itself, then what its `throws` clause declares besides."""
    thrown = trees.thrown(tree, node.child_by_field_name("body"), ("throw_statement",), _CLOSED)
    found = {raised.name: raised for raised in thrown}
    for declared in trees.children(trees.first(node, "throws")):
        found.setdefault(tree.source(declared), Raised(tree.source(declared)))
    return tuple(found.values())


def _generics(tree: SyntaxTree, node: Node) -> tuple[str, ...]:
    parameters = trees.children(node, "type_parameters")
    names = (trees.first(parameter, "type_identifier", "identifier") for parameter in parameters)
    return tuple(tree.source(name) for name in names if name is not None)


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    for child in trees.children(node, "parameters"):
        if child.type == "formal_parameter":
            yield Parameter(trees.field(tree, child, "name"), trees.field(tree, child, "type"))
        elif child.type == "spread_parameter":
            declared = trees.first(child, "variable_declarator")
            kind = next(c for c in child.named_children if c.type != "modifiers")
            if declared is not None:
                yield Parameter(trees.field(tree, declared, "name"), tree.source(kind) + "...")
