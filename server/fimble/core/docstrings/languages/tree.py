"""Helpers over syntax trees that the languages share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from fimble.core.docstrings.facts import Raised
from fimble.core.text.syntax import Node, SyntaxTree, parents


def within(node: Node | None, closed: Collection[str]) -> Iterator[Node]:
    """Every node under `node`, in order, without what stands inside nodes of type `closed`."""
    stack = list(reversed(node.named_children)) if node is not None else []
    while stack:
        current = stack.pop()
        yield current
        if current.type not in closed:
            stack += reversed(current.named_children)


def definitions(
    tree: SyntaxTree, types: Collection[str]
) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node of these types, in order, with those around it, outermost first."""
    around: list[Node] = []
    for node in tree.of_types(tuple(types)):
        while around and around[-1].end_byte <= node.start_byte:
            around.pop()
        yield node, tuple(around)
        around.append(node)


def named(tree: SyntaxTree, kinds: tuple[str, ...]) -> Iterator[tuple[Node, str, str]]:
    """Definitions that have a name, in order, each with it and its qualified name."""
    for node, around in definitions(tree, kinds):
        name = field(tree, node, "name")
        if name:
            inside = [field(tree, outer, "name") for outer in around]
            yield node, name, ".".join([*inside, name])


def field(tree: SyntaxTree, node: Node | None, name: str) -> str:
    """The source of a field, "" if there is none."""
    child = node.child_by_field_name(name) if node is not None else None
    return tree.source(child) if child is not None else ""


def children(node: Node | None, name: str = "") -> list[Node]:
    """The named children of a node, or of its field `name`; none where there is no such node."""
    listed = node.child_by_field_name(name) if node is not None and name else node
    return listed.named_children if listed is not None else []


def first(node: Node | None, *types: str) -> Node | None:
    """The first child of one of these types."""
    children = node.children if node is not None else []
    return next((child for child in children if child.type in types), None)


def thrown(
    tree: SyntaxTree, body: Node | None, statement: Collection[str], closed: Collection[str]
) -> tuple[Raised, ...]:
    """What `throw new X(...)` statements of a body throw, unless a `catch` around them takes it."""
    found: dict[str, Raised] = {}
    for node in within(body, closed):
        if node.type not in statement or any(first(t, "catch_clause") for t in tried(node, body)):
            continue
        value = node.named_children[0] if node.named_children else None
        if value is None or value.type not in (
            "new_expression",
            "object_creation_expression",
            "call_expression",
        ):
            continue
        named = value.child_by_field_name("constructor") or value.child_by_field_name("type")
        named = named or value.child_by_field_name("function")
        if named is None and value.named_children:
            named = value.named_children[0]
        made = value.type != "call_expression"
        if named is not None and (made or is_class(tree, tree.source(named))):
            name = tree.source(named)
            found.setdefault(name, Raised(name, condition(tree, node)))
    return tuple(found.values())


def is_class(tree: SyntaxTree, name: str) -> bool:
    """Whether a name that is called looks like a class's: no function makes an exception known."""
    last = re.split(r"\.|::|->", name.split("<")[0])[-1]
    declared = re.search(rf"\b(?:class|struct)\s+{re.escape(last)}\b", tree.text)
    standard = name.startswith("std::") and not last.startswith("make_")
    return last[:1].isupper() or standard or declared is not None


def tried(node: Node, body: Node | None) -> Iterator[Node]:
    """The `try` statements of a body that have a node in theirs, innermost first."""
    child = node
    for parent in parents(node):
        if child == body:
            return
        if parent.type == "try_statement" and parent.child_by_field_name("body") == child:
            yield parent
        child = parent


def condition(tree: SyntaxTree, node: Node) -> str:
    """The condition of the `if` whose branch does nothing but `node`, "" otherwise."""
    parent = node.parent
    if parent is not None and parent.type in ("block", "statement_block", "compound_statement"):
        parent = parent.parent
    if parent is None or parent.type != "if_statement":
        return ""
    test = parent.child_by_field_name("condition")
    taken = parent.child_by_field_name("consequence")
    if test is None or taken is None or not taken.start_byte <= node.start_byte < taken.end_byte:
        return ""
    words = tree.source(test).strip()
    inner = words[1:-1] if words.startswith("(") and words.endswith(")") else words
    return inner if "\n" not in inner and len(inner) <= 50 else ""


def calls(tree: SyntaxTree, node: Node, pattern: str) -> bool:
    """Whether a definition has words in it, as an override that hands on to what it overrides."""
    return re.search(rf"(?<![\w.$]){pattern}", tree.source(node)) is not None
