"""C and C++: functions, methods and types."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.syntax import Node, SyntaxTree

_TYPES = ("class_specifier", "struct_specifier", "enum_specifier", "union_specifier")
_DECLARATIONS = ("function_definition", "declaration", "field_declaration")
_COMMENTS = ("/**", "///", "/*!", "//!")
_CLOSED = (*_TYPES, *_DECLARATIONS, "lambda_expression")


def items(tree: SyntaxTree) -> tuple[Item, ...]:
    """Functions, also those that are only declared, and types with a body."""
    return tuple(_all(tree))


def _all(tree: SyntaxTree) -> Iterator[Item]:
    for node, around in trees.definitions(tree, (*_TYPES, *_DECLARATIONS)):
        inside = [trees.field(tree, o, "name") for o in around if o.type in _TYPES]
        if node.type in _TYPES:
            name = trees.field(tree, node, "name")
            if name and node.child_by_field_name("body") is not None:
                yield _class(tree, node, name, ".".join([*inside, name]))
            continue
        function = _declarator(node)
        name = trees.field(tree, function, "declarator")
        if function is not None and name and _local(node):
            qualname = ".".join([*inside, name.replace("::", ".")])
            yield _function(tree, node, function, name, qualname)


def _local(node: Node) -> bool:
    """Whether a declaration is none of a function's own body."""
    parent = node.parent
    while parent is not None:
        if parent.type in ("compound_statement", "parameter_list"):
            return False
        parent = parent.parent
    return True


def _declarator(node: Node) -> Node | None:
    inner = node.child_by_field_name("declarator")
    while inner is not None and inner.type in ("pointer_declarator", "reference_declarator"):
        inner = inner.child_by_field_name("declarator") or (
            inner.named_children[-1] if inner.named_children else None
        )
    return inner if inner is not None and inner.type == "function_declarator" else None


def _holder(node: Node) -> Node:
    parent = node.parent
    return parent if parent is not None and parent.type == "template_declaration" else node


def _generics(tree: SyntaxTree, node: Node) -> tuple[str, ...]:
    holder = _holder(node)
    listed = holder.child_by_field_name("parameters") if holder is not node else None
    found = (
        c.named_children[-1] for c in (listed.named_children if listed else []) if c.named_children
    )
    return tuple(tree.source(name) for name in found)


def _function(tree: SyntaxTree, node: Node, function: Node, name: str, qualname: str) -> Item:
    holder, body = _holder(node), node.child_by_field_name("body")
    return Item(
        kind="function",
        name=name,
        qualname=qualname,
        start=tree.span(holder)[0],
        end=tree.span(holder)[1],
        header_end=tree.span(body)[0] if body is not None else tree.span(node)[1],
        place=trees.above(tree, holder, _COMMENTS, ()),
        public=_public(tree, node),
        read=partial(_details, tree, node, function),
    )


def _details(tree: SyntaxTree, node: Node, function: Node) -> Details:
    returned, declared = trees.field(tree, node, "type"), node.child_by_field_name("declarator")
    pointer = declared is not None and declared != function
    body = node.child_by_field_name("body")
    return Details(
        parameters=tuple(_parameters(tree, function)),
        returns=returned,
        returns_value=pointer or returned not in ("", "void"),
        raises=trees.thrown(tree, body, ("throw_statement",), _CLOSED),
        generics=_generics(tree, node),
        traits=frozenset({"constructor"} if not returned else ()),
    )


def _class(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    holder, body = _holder(node), node.child_by_field_name("body")
    return Item(
        kind="class",
        name=name,
        qualname=qualname,
        start=tree.span(holder)[0],
        end=tree.span(holder)[1],
        header_end=tree.span(body)[0] if body is not None else tree.span(node)[1],
        place=trees.above(tree, holder, _COMMENTS, ()),
        read=lambda: Details(generics=_generics(tree, node)),
    )


def _public(tree: SyntaxTree, node: Node) -> bool:
    """By the nearest access specifier above; a function that is `static` is the file's own."""
    parent = _holder(node).parent
    static = any(c.text == b"static" for c in node.children)
    if static and (parent is None or parent.type != "field_declaration_list"):
        return False
    sibling = _holder(node).prev_named_sibling
    while sibling is not None and sibling.type != "access_specifier":
        sibling = sibling.prev_named_sibling
    if sibling is not None:
        return tree.source(sibling) != "private"
    owner = parent.parent if parent is not None else None
    return not (owner is not None and owner.type == "class_specifier")


def _parameters(tree: SyntaxTree, function: Node) -> Iterator[Parameter]:
    listed = function.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else []:
        inner = child.child_by_field_name("declarator")
        while inner is not None and inner.type not in ("identifier", "field_identifier"):
            deeper = inner.child_by_field_name("declarator")
            inner = deeper or next(
                (
                    c
                    for c in inner.named_children
                    if "declarator" in c.type or c.type == "identifier"
                ),
                None,
            )
        if inner is not None:
            kind = trees.field(tree, child, "type")
            yield Parameter(tree.source(inner), kind, trees.field(tree, child, "default_value"))
