"""C and C++: functions, methods and types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, ItemKind, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree, parents

_TYPES = ("class_specifier", "struct_specifier", "enum_specifier", "union_specifier")
_DECLARATIONS = ("function_definition", "declaration", "field_declaration")
_COMMENTS = ("/**", "///", "/*!", "//!")
_AROUND = (
    "template_declaration",
    "friend_declaration",
    "type_definition",
    "linkage_specification",
    "declaration",
    "field_declaration",
)
_CLOSED = (*_TYPES, *_DECLARATIONS, "lambda_expression")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Functions, also those that are only declared, and types with a body."""
    for node, around in trees.definitions(tree, (*_TYPES, *_DECLARATIONS)):
        inside = [trees.field(tree, o, "name") for o in around if o.type in _TYPES]
        if node.type in _TYPES:
            name = trees.field(tree, node, "name")
            if name and node.child_by_field_name("body") is not None:
                read = partial(_type, tree, node)
                yield _item(tree, node, "class", name, ".".join([*inside, name]), read)
            continue
        function = _declarator(node)
        name = trees.field(tree, function, "declarator")
        if function is not None and name and not name.startswith("(") and _local(node):
            qualname = ".".join([*inside, name.replace("::", ".")])
            read = partial(_function, tree, node, function)
            yield _item(tree, node, "function", name, qualname, read)


def _item(
    tree: SyntaxTree,
    node: Node,
    kind: ItemKind,
    name: str,
    qualname: str,
    read: Callable[[], Details],
) -> Item:
    holder = _holder(node)
    place = above(tree, holder, _COMMENTS)
    public = kind == "class" or _public(tree, node)
    inherits = kind == "function" and _declared_elsewhere(tree, node)
    return Item(
        kind, name, qualname, *tree.span(holder), place, public, inherits=inherits, read=read
    )


def _declared_elsewhere(tree: SyntaxTree, node: Node) -> bool:
    """Whether a base class, or the class of which this is a member, has the documentation."""
    function = _declarator(node)
    name = function.child_by_field_name("declarator") if function is not None else None
    if function is None or (name is not None and name.type == "qualified_identifier"):
        return True
    words = {tree.source(c) for c in function.children if c.type == "virtual_specifier"}
    return bool(words & {"override", "final"})


def _local(node: Node) -> bool:
    """Whether a declaration is none of a function's own body."""
    return not any(p.type in ("compound_statement", "parameter_list") for p in parents(node))


def _declarator(node: Node) -> Node | None:
    inner = node.child_by_field_name("declarator")
    while inner is not None and inner.type in ("pointer_declarator", "reference_declarator"):
        inner = inner.child_by_field_name("declarator") or (
            inner.named_children[-1] if inner.named_children else None
        )
    return inner if inner is not None and inner.type == "function_declarator" else None


def _holder(node: Node) -> Node:
    """The outermost node of a declaration: with `template`, `friend`, `typedef`, `extern "C"`."""
    parent = node.parent
    while parent is not None and parent.type in _AROUND:
        node, parent = parent, parent.parent
    return node


def _generics(tree: SyntaxTree, node: Node) -> tuple[str, ...]:
    parent = node.parent
    while parent is not None and parent.type in _AROUND and parent.type != "template_declaration":
        parent = parent.parent
    if parent is None or parent.type != "template_declaration":
        return ()
    names = (_parameter_name(child) for child in trees.children(parent, "parameters"))
    return tuple(tree.source(name) for name in names if name is not None)


def _parameter_name(node: Node) -> Node | None:
    """The name of a template parameter, which may have a default, a type or parameters."""
    if node.type in ("identifier", "type_identifier"):
        return node
    inner = node.child_by_field_name("name") or node.child_by_field_name("declarator")
    if inner is not None:
        return _parameter_name(inner)
    if node.type in ("parameter_declaration", "optional_parameter_declaration", "comment"):
        return None
    named = node.named_children
    return _parameter_name(named[-1]) if named else None


def _function(tree: SyntaxTree, node: Node, function: Node) -> Details:
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


def _type(tree: SyntaxTree, node: Node) -> Details:
    return Details(generics=_generics(tree, node))


def _public(tree: SyntaxTree, node: Node) -> bool:
    """By the nearest access specifier above; a function that is `static` is the file's own."""
    parent = _holder(node).parent
    static = any(c.text == b"static" for c in node.children)
    if parent is not None and parent.type == "translation_unit" and _is_main(tree, node):
        return False
    if static and (parent is None or parent.type != "field_declaration_list"):
        return False
    sibling = _holder(node).prev_named_sibling
    while sibling is not None and sibling.type != "access_specifier":
        sibling = sibling.prev_named_sibling
    if sibling is not None:
        return tree.source(sibling) != "private"
    owner = parent.parent if parent is not None else None
    return not (owner is not None and owner.type == "class_specifier")


def _is_main(tree: SyntaxTree, node: Node) -> bool:
    """Whether a program begins with it: there is nobody who calls it."""
    called = node.child_by_field_name("declarator")
    return called is not None and trees.field(tree, called, "declarator") == "main"


def _parameters(tree: SyntaxTree, function: Node) -> Iterator[Parameter]:
    for child in trees.children(function, "parameters"):
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
