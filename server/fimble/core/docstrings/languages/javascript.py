"""JavaScript and TypeScript: functions, methods, classes, and functions that a name is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from fimble.core.docstrings.facts import Details, Item, Parameter
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

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
_EXPORTS = re.compile(r"(?:module\.)?exports\b|Object\.\w+\(exports")
_EXPRESSIONS = ("arrow_function", "function_expression", "generator_function")
_CLASSES = ("class_declaration", "abstract_class_declaration", "interface_declaration")
_CLOSED = (*_FUNCTIONS, *_CLASSES, "class")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Everything that can carry a JSDoc comment, in order."""
    exported = _exported(tree)
    for node, around in trees.definitions(tree, _CLOSED):
        holder, name = _named(tree, node)
        if not name or node.type not in (*_FUNCTIONS, *_CLASSES) or _shares(node, holder):
            continue
        inside = [_named(tree, outer)[1] for outer in around]
        function = node.type in _FUNCTIONS
        yield Item(
            "function" if function else "class",
            name,
            ".".join(filter(None, (*inside, name))),
            *tree.span(holder),
            above(tree, holder, ("/**",), ("decorator",)),
            public=_public(tree, node, holder, name, around, exported),
            documentable=all(child.type != "set" for child in node.children),
            inherits=trees.first(node, "override_modifier") is not None
            or trees.calls(tree, node, rf"super\.{re.escape(name)}\(")
            or _overloads(tree, node, holder, name),
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


def _public(
    tree: SyntaxTree,
    node: Node,
    holder: Node,
    name: str,
    around: tuple[Node, ...],
    exported: frozenset[str] | None,
) -> bool:
    """Whether users of the module see it: not what is made inside functions or for options."""
    if name.startswith(("_", "#")) or any(outer.type in _FUNCTIONS for outer in around):
        return False
    if holder.type == "export_statement":
        return True
    if node.type in ("method_definition", "method_signature", "abstract_method_signature"):
        access = trees.first(node, "accessibility_modifier")
        if access is not None and tree.source(access) != "public":
            return False
        owner = node.parent
        if owner is not None and owner.type == "object":
            return _exported_object(owner)
        return not around or _seen(tree, around[-1], exported)
    return exported is not None and name in exported and not around


def _seen(tree: SyntaxTree, owner: Node, exported: frozenset[str] | None) -> bool:
    """Whether a class is exported, in its declaration or by name, or stands in a script."""
    holder, name = _named(tree, owner)
    if exported is None:
        given = _given(tree)
        return bool(name) if given is None else name in given or "exports" in tree.source(holder)
    return holder.type == "export_statement" or name in exported


def _exported_object(node: Node) -> bool:
    """Whether an object is what `export const name =` exports, or stands in such a one."""
    parent = node.parent
    while parent is not None and parent.type in ("object", "pair"):
        parent = parent.parent
    for kind in ("variable_declarator", "lexical_declaration", "export_statement"):
        if parent is None or parent.type != kind:
            return False
        parent = parent.parent
    return True


def _exported(tree: SyntaxTree) -> frozenset[str] | None:
    """Names that the module exports by a clause of their own; None in a script or CommonJS."""
    statements = [c for c in tree.root.named_children if c.type == "export_statement"]
    if not statements:
        return None
    words = (tree.source(s) for s in statements if s.child_by_field_name("source") is None)
    clauses = (re.match(r"export\s*(?:default\s+(\w+)\s*;?$|\{([^}]*)\})", w) for w in words)
    names = (n for c in clauses if c for n in (c[1] or c[2]).split(","))
    return frozenset(n.split()[0] for n in names if n.strip())


@lru_cache(maxsize=8)
def _given(tree: SyntaxTree) -> frozenset[str] | None:
    """The names in what a CommonJS module exports; None in a script."""
    statements = [c for c in tree.root.named_children if _EXPORTS.match(tree.source(c))]
    words = (w for s in statements for w in _words(tree, s))
    return frozenset(words) if statements else None


def _words(tree: SyntaxTree, node: Node) -> Iterator[str]:
    """The names in a statement, but for those in the bodies of functions."""
    if node.type.endswith("identifier"):
        yield tree.source(node)
    elif node.type != "statement_block":
        for child in node.named_children:
            yield from _words(tree, child)


def _shares(node: Node, holder: Node) -> bool:
    """Whether one declaration holds several functions: its comment would belong to none."""
    declared = node.parent.parent if node.parent is not None else None
    if node.type not in _EXPRESSIONS or declared is None or holder is node:
        return False
    values = (c.child_by_field_name("value") for c in declared.named_children)
    return (
        declared.type in ("lexical_declaration", "variable_declaration")
        and sum(v is not None and v.type in _EXPRESSIONS for v in values) > 1
    )


def _overloads(tree: SyntaxTree, node: Node, holder: Node, name: str) -> bool:
    """Whether another signature of the same name stands right above: that one is documented."""
    above_it = holder.prev_named_sibling
    while above_it is not None and "comment" in above_it.type:
        above_it = above_it.prev_named_sibling
    if above_it is not None and above_it.type == "export_statement" and above_it.named_children:
        above_it = above_it.named_children[-1]
    return (
        above_it is not None
        and "signature" in above_it.type
        and trees.field(tree, above_it, "name") == name
    )


def _generics(tree: SyntaxTree, node: Node) -> Iterator[str]:
    for child in trees.children(node, "type_parameters"):
        words = re.match(r"(?:(?:in|out|const)\s+)*(?P<name>[\w$]+)", tree.source(child))
        if words is not None and words["name"] not in ("in", "out", "const"):
            yield words["name"]


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
