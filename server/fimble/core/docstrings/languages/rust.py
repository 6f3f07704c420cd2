"""Rust: functions, types and traits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_FUNCTIONS = ("function_item", "function_signature_item")
_TYPES = ("struct_item", "enum_item", "trait_item", "union_item", "type_item")
_SCOPES = ("impl_item", "mod_item")
_CLOSED = (*_FUNCTIONS, *_TYPES, *_SCOPES, "closure_expression")
_COMMENTS = ("line_comment", "block_comment")
_PANICS = ("panic", "unreachable", "todo", "unimplemented", "assert", "assert_eq", "assert_ne")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Functions and types, in order."""
    for node, around in trees.definitions(tree, (*_FUNCTIONS, *_TYPES, *_SCOPES)):
        name = _name(tree, node)
        if node.type in _SCOPES or not name:
            continue
        inside = [_name(tree, outer) for outer in around]
        owner = around[-1] if around else None
        inherited = owner is not None and (
            owner.type == "trait_item" or owner.child_by_field_name("trait") is not None
        )
        yield Item(
            "function" if node.type in _FUNCTIONS else "class",
            name,
            ".".join([*inside, name]),
            *tree.span(node),
            above(tree, node, ("///", "/**"), ("attribute_item",)),
            public=inherited or _exported(tree, node),
            inherits=(owner is not None and owner.child_by_field_name("trait") is not None)
            or _attributed(tree, node),
            read=partial(_function if node.type in _FUNCTIONS else _type, tree, node),
        )


def _exported(tree: SyntaxTree, node: Node) -> bool:
    """Whether it is `pub` without limits: `pub(crate)` is the crate's own."""
    visibility = trees.first(node, "visibility_modifier")
    return visibility is not None and tree.source(visibility) == "pub"


def _attributed(tree: SyntaxTree, node: Node) -> bool:
    """Whether an attribute documents it, or hides it from documentation."""
    previous = node.prev_named_sibling
    while previous is not None and (
        previous.type == "attribute_item" or "comment" in previous.type
    ):
        if re.match(r"#\[\s*doc\b", tree.source(previous)):
            return True
        previous = previous.prev_named_sibling
    return False


def _name(tree: SyntaxTree, node: Node) -> str:
    return trees.field(tree, node, "name") or trees.field(tree, node, "type").split("<")[0]


def _function(tree: SyntaxTree, node: Node) -> Details:
    body, modifiers = node.child_by_field_name("body"), trees.first(node, "function_modifiers")
    returned = trees.field(tree, node, "return_type")
    words = tree.source(modifiers).split() if modifiers is not None else []
    traits: set[str] = {word for word in ("async", "unsafe") if word in words}
    if returned.split("<")[0].endswith("Result"):
        traits.add("result")
    macros = (trees.field(tree, call, "macro") for call in trees.within(body, _CLOSED))
    if any(macro in _PANICS for macro in macros):
        traits.add("panics")
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns=returned,
        returns_value=returned not in ("", "()", "!"),
        generics=_generics(tree, node),
        traits=frozenset(traits),
    )


def _type(tree: SyntaxTree, node: Node) -> Details:
    fields = trees.first(node, "field_declaration_list")
    return Details(
        attributes=tuple(
            Parameter(trees.field(tree, child, "name"), trees.field(tree, child, "type"))
            for child in trees.children(fields)
            if child.type == "field_declaration"
        ),
        generics=_generics(tree, node),
    )


def _generics(tree: SyntaxTree, node: Node) -> tuple[str, ...]:
    children = trees.children(node, "type_parameters")
    return tuple(trees.field(tree, c, "name") for c in children if c.type == "type_parameter")


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    for child in trees.children(node, "parameters"):
        pattern = child.child_by_field_name("pattern")
        if child.type == "parameter" and pattern is not None and pattern.type == "identifier":
            yield Parameter(tree.source(pattern), trees.field(tree, child, "type"))
