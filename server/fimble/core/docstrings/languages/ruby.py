"""Ruby: methods, classes and modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter, Raised
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.above import above
from fimble.core.text.syntax import Node, SyntaxTree

_METHODS = ("method", "singleton_method")
_TYPES = ("class", "module")
_CLOSED = (*_METHODS, *_TYPES, "lambda")
_OF_OBJECTS_NAMES = (
    "inspect to_s hash == === =~ eql? equal? <=> method_missing respond_to_missing? "
    "initialize_copy initialize_dup initialize_clone"
)
_OF_OBJECTS = frozenset(_OF_OBJECTS_NAMES.split())
_PRIVATE = re.compile(r"@(?:private|api\s+private)\b|:nodoc:\s+all\b")
"""What hides all that is in a class or module."""
_HIDING = ("private", "protected", "private_class_method", "private_constant")


def items(tree: SyntaxTree) -> Iterator[Item]:
    """Classes, modules and methods, in order."""
    items = [_item(tree, *found) for found in trees.named(tree, (*_METHODS, *_TYPES))]
    hidden = tuple(f"{i.qualname}." for i in items if _PRIVATE.search(i.place.existing))
    return (replace(i, public=False) if i.qualname.startswith(hidden) else i for i in items)


def _item(tree: SyntaxTree, node: Node, name: str, qualname: str) -> Item:
    holder = _holder(tree, node)
    return Item(
        "function" if node.type in _METHODS else "class",
        name,
        qualname,
        *tree.span(holder),
        above(tree, _above_signature(tree, holder), ("#",)),
        public=not _hidden(tree, node, holder, name),
        inherits=(node.type == "module" and _namespace(node)) or _inherits(tree, node, name),
        read=partial(_details, tree, node, name),
    )


def _inherits(tree: SyntaxTree, node: Node, name: str) -> bool:
    """Whether it is one of every object's, hands on to what it overrides, or has a reader."""
    if node.type != "method" or name == "initialize":
        return False
    statements = trees.within(node.child_by_field_name("body"), _CLOSED)
    if name in _OF_OBJECTS or any(s.type == "super" for s in statements):
        return True
    body, reader = node.parent, name.removesuffix("=")
    if body is None or reader == name or not reader.isidentifier():
        return False
    beside = (tree.source(c) for c in body.named_children if c.type == "call")
    return any(re.match(rf"attr_(?:reader|accessor)\b.*:{reader}\b", words) for words in beside)


def _namespace(node: Node) -> bool:
    """Whether it holds classes and modules but no methods: other files hold it as well."""
    statements = trees.children(node, "body")
    loaded = any((c.text or b"").startswith(b"autoload") for c in statements)
    held = {c.type for c in statements}
    return not held & {*_METHODS} and (loaded or bool(held & {*_TYPES}))


def _holder(tree: SyntaxTree, node: Node) -> Node:
    """With what is called on the definition: `private def m`, `memoize def m`, `X = def m`."""
    parent = node.parent
    while parent is not None and parent.type in ("argument_list", "call", "assignment"):
        if parent.type == "call" and parent.child_by_field_name("receiver") == node:
            break
        node, parent = parent, parent.parent
    return node


def _above_signature(tree: SyntaxTree, node: Node) -> Node:
    """Sorbet's `sig { ... }` stands between documentation and method."""
    previous = node.prev_named_sibling
    if previous is not None and previous.type == "call":
        adjacent = node.start_point[0] - previous.end_point[0] <= 1
        if adjacent and trees.field(tree, previous, "method") == "sig":
            return previous
    return node


def _hidden(tree: SyntaxTree, node: Node, holder: Node, name: str) -> bool:
    """Whether `private` or `protected` is called on it, or stands alone above it in its class."""
    if holder is not node:
        return trees.field(tree, holder, "method") in _HIDING
    sibling = holder.prev_named_sibling
    word = ""
    while sibling is not None and not word:
        if sibling.type == "identifier" and tree.source(sibling) in (*_HIDING, "public"):
            word = tree.source(sibling)
        sibling = sibling.prev_named_sibling
    return word in _HIDING or _named_hidden(tree, holder, name)


def _named_hidden(tree: SyntaxTree, holder: Node, name: str) -> bool:
    """Whether `private :name` stands below it."""
    sibling = holder.next_named_sibling
    while sibling is not None:
        if sibling.type == "call" and trees.field(tree, sibling, "method") in _HIDING:
            words = trees.field(tree, sibling, "arguments")
            if re.search(rf"[:'\"]{re.escape(name)}(?![\w?!=])", words):
                return True
        sibling = sibling.next_named_sibling
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
