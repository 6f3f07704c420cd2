"""JavaScript and TypeScript: functions, methods, classes, and functions that a name is given."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.syntax import Node, SyntaxTree

_FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_signature",
    "method_definition",
    "method_signature",
    "abstract_method_signature",
    "arrow_function",
    "function_expression",
    "generator_function",
)
_EXPRESSIONS = ("arrow_function", "function_expression", "generator_function")
_CLASSES = ("class_declaration", "abstract_class_declaration", "interface_declaration")
_CLOSED = (*_FUNCTIONS, *_CLASSES, "class")


def items(tree: SyntaxTree) -> tuple[Item, ...]:
    """Everything that can carry a JSDoc comment, in order."""
    return tuple(_all(tree))


def _all(tree: SyntaxTree) -> Iterator[Item]:
    for node, around in trees.definitions(tree, _CLOSED):
        holder, name = _named(tree, node)
        if not name or node.type not in (*_FUNCTIONS, *_CLASSES):
            continue
        inside = [_named(tree, outer)[1] for outer in around]
        function = node.type in _FUNCTIONS
        yield Item(
            "function" if function else "class",
            name,
            ".".join(filter(None, (*inside, name))),
            *tree.span(holder),
            above(tree, holder, ("/**",), ("decorator",)),
            public=_public(tree, node, holder, name),
            documentable=all(child.type != "set" for child in node.children),
            read=partial(_function if function else _class, tree, node, name),
        )


def _named(tree: SyntaxTree, node: Node) -> tuple[Node, str]:
    """The node that a comment belongs above, and the name; "" for functions inside expressions."""
    name = trees.field(tree, node, "name")
    holder, parent = node, node.parent
    if parent is not None and parent.type in ("variable_declarator", "pair"):
        name = trees.field(tree, parent, "name") or trees.field(tree, parent, "key")
        holder = parent
    elif parent is not None and parent.type in ("public_field_definition", "field_definition"):
        name = trees.field(tree, parent, "name") or trees.field(tree, parent, "property")
        holder = parent
    elif parent is not None and parent.type == "assignment_expression":
        name = trees.field(tree, parent, "left").rpartition(".")[2]
        holder = parent
    while holder.parent is not None and holder.parent.type in (
        "lexical_declaration",
        "variable_declaration",
        "export_statement",
        "ambient_declaration",
        "expression_statement",
    ):
        holder = holder.parent
    if not name and holder.type == "export_statement":
        name = "default"
    if holder is node and node.type in _EXPRESSIONS:
        name = ""
    return holder, name


def _function(tree: SyntaxTree, node: Node, name: str) -> Details:
    body = node.child_by_field_name("body")
    statements = list(trees.within(body, _CLOSED))
    annotation = trees.field(tree, node, "return_type").lstrip(":").strip()
    arrow = node.type == "arrow_function" and body is not None and body.type != "statement_block"
    values = any(s.type == "return_statement" and s.named_children for s in statements)
    nothing = annotation in ("void", "never", "Promise<void>", "undefined")
    modifiers = {c.type for c in node.children}
    traits: set[str] = {t for t in ("async", "get", "set") if t in modifiers}
    if name == "constructor":
        traits.add("constructor")
    declared = bool(annotation) and body is None
    return Details(
        parameters=tuple(_parameters(tree, node)),
        returns="" if nothing else annotation,
        returns_value=not nothing
        and (arrow or values or declared)
        and not (arrow and _statement_like(body)),
        yields="*" in modifiers or "yield_expression" in {s.type for s in statements},
        raises=trees.thrown(tree, body, ("throw_statement",), _CLOSED),
        generics=tuple(_generics(tree, node)),
        traits=frozenset(traits),
    )


def _class(tree: SyntaxTree, node: Node, name: str) -> Details:
    return Details(generics=tuple(_generics(tree, node)))


def _statement_like(body: Node | None) -> bool:
    """Whether an arrow's expression is evaluated for what it does."""
    return body is not None and body.type in ("assignment_expression", "update_expression")


def _public(tree: SyntaxTree, node: Node, holder: Node, name: str) -> bool:
    if name.startswith(("_", "#")):
        return False
    if node.type in ("method_definition", "method_signature", "abstract_method_signature"):
        access = trees.first(node, "accessibility_modifier")
        return access is None or tree.source(access) == "public"
    return holder.type == "export_statement"


def _generics(tree: SyntaxTree, node: Node) -> Iterator[str]:
    for child in trees.children(node, "type_parameters"):
        yield trees.field(tree, child, "name")


def _parameters(tree: SyntaxTree, node: Node) -> Iterator[Parameter]:
    single = node.child_by_field_name("parameter")
    nodes = [single] if single is not None else trees.children(node, "parameters")
    patterns = [n for n in nodes if n.type != "comment" and tree.source(n) != "this"]
    count = sum(_pattern(n).type in ("object_pattern", "array_pattern") for n in patterns)
    destructured = 0
    for outer in patterns:
        pattern = _pattern(outer)
        if pattern.type == "this":
            continue
        annotation = trees.field(tree, outer, "type").lstrip(":").strip()
        default = trees.field(tree, outer, "value") or trees.field(tree, outer, "right")
        if outer.type == "optional_parameter":
            default = default or "undefined"
        if pattern.type in ("object_pattern", "array_pattern"):
            root = "options" if pattern.type == "object_pattern" else "items"
            root += str(destructured) if count > 1 else ""
            destructured += 1
            yield Parameter(root, annotation, default, free=True)
            if pattern.type == "object_pattern":
                yield from _properties(tree, pattern, root)
        elif pattern.type == "rest_pattern":
            yield Parameter("..." + tree.source(pattern.named_children[0]), annotation, default)
        else:
            yield Parameter(tree.source(pattern), annotation, default)


def _pattern(node: Node) -> Node:
    """The name or the destructuring of a parameter."""
    inner = node.child_by_field_name("pattern") or node.child_by_field_name("left")
    return inner if inner is not None else node


def _properties(tree: SyntaxTree, pattern: Node, root: str) -> Iterator[Parameter]:
    for child in pattern.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            yield Parameter(f"{root}.{tree.source(child)}")
        elif child.type == "object_assignment_pattern":
            left = child.named_children[0]
            yield Parameter(f"{root}.{tree.source(left)}", "", trees.field(tree, child, "right"))
        elif child.type == "pair_pattern":
            key, value = trees.field(tree, child, "key"), child.child_by_field_name("value")
            if not key.isidentifier():
                continue
            yield Parameter(f"{root}.{key}")
            if value is not None and _pattern(value).type == "object_pattern":
                yield from _properties(tree, _pattern(value), f"{root}.{key}")
