"""Go: functions, methods and types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter, Place
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_CLOSED = ("func_literal",)
_COMMON = ("Error", "Len", "Less", "Read", "ServeHTTP", "String", "Swap", "Unwrap", "Write")
"""Methods of the standard library's interfaces, which golint passes over."""


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Declarations at the top, in order."""
    for child in tree.root.named_children:
        if child.type in ("function_declaration", "method_declaration"):
            yield _function(tree, child)
        elif child.type == "type_declaration":
            specs = [s for s in child.named_children if s.type in ("type_spec", "type_alias")]
            grouped = trees.first(child, "(") is not None
            for spec in specs:
                yield _type(tree, spec, spec if grouped else child)


def _function(tree: SyntaxTree, node: Node) -> Item:
    name = trees.field(tree, node, "name")
    receiver = re.sub(r"[(*)]|\[.*", " ", trees.field(tree, node, "receiver")).split()
    reached = not receiver or receiver[-1][:1].isupper()
    return Item(
        "function",
        name,
        f"{receiver[-1]}.{name}" if receiver else name,
        *tree.span(node),
        _place(tree, node),
        public=name[:1].isupper() and reached,
        inherits=bool(receiver) and name in _COMMON,
        read=partial(_details, tree, node),
    )


def _place(tree: SyntaxTree, node: Node) -> Place:
    """Above directives, from which gofmt parts documentation by an empty comment."""
    place = above(tree, node, ("//", "/*"))
    if place.existing or not tree.text.startswith("//", place.start):
        return place
    return replace(place, after=f"{place.after}//{place.after}")


def _details(tree: SyntaxTree, node: Node) -> Details:
    result = trees.field(tree, node, "result")
    body, generics = node.child_by_field_name("body"), trees.children(node, "type_parameters")
    calls = (trees.field(tree, call, "function") for call in trees.within(body, _CLOSED))
    traits = {"panics"} if "panic" in calls else set()
    if re.search(r"\berror\b", result):
        traits.add("error")
    return Details(
        parameters=tuple(_parameters(tree, node.child_by_field_name("parameters"))),
        returns=result,
        returns_value=bool(result),
        generics=tuple(trees.field(tree, child, "name") for child in generics),
        traits=frozenset(traits),
    )


def _type(tree: SyntaxTree, spec: Node, holder: Node) -> Item:
    name = trees.field(tree, spec, "name")
    return Item(
        "class",
        name,
        name,
        *tree.span(holder),
        _place(tree, holder),
        public=name[:1].isupper(),
        read=partial(_fields, tree, spec.child_by_field_name("type")),
    )


def _fields(tree: SyntaxTree, kind: Node | None) -> Details:
    listed = trees.first(kind, "field_declaration_list")
    return Details(attributes=tuple(_parameters(tree, listed)))


def _parameters(tree: SyntaxTree, listed: Node | None) -> Iterator[Parameter]:
    for child in trees.children(listed):
        annotation = trees.field(tree, child, "type")
        for name in child.children_by_field_name("name"):
            if tree.source(name) != "_":
                yield Parameter(tree.source(name), annotation)
