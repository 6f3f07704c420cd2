"""Helpers over syntax trees that the languages share."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fimble.core import text as texts
from fimble.core.docstrings.facts import Place, Raised
from fimble.core.syntax import Node, SyntaxTree


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


def above(
    tree: SyntaxTree, node: Node, comments: Collection[str], skip: Collection[str] = ()
) -> Place:
    """The place of documentation that stands before a declaration as a comment.

    Args:
        tree: The document's tree.
        node: The outermost node of the declaration.
        comments: Openings of documentation comments, for example "/**".
        skip: Types of siblings between the comment and the declaration: attributes.
    """
    previous = node.prev_named_sibling
    while previous is not None and previous.type in skip and _adjacent(previous, node):
        node, previous = previous, previous.prev_named_sibling
    start, _ = tree.span(node)
    indent = tree.text[texts.line_start(tree.text, start) : start]
    found: list[Node] = []
    below = node
    while (
        previous is not None
        and "comment" in previous.type
        and _adjacent(previous, below)
        and tree.source(previous).startswith(tuple(comments))
        and _alone(tree, previous)
    ):
        found.insert(0, previous)
        if tree.source(previous).startswith("/*"):
            break
        below, previous = previous, previous.prev_named_sibling
    line_break = texts.line_break(tree.text)
    if found:
        begin = tree.span(found[0])[0]
        end = tree.span(found[-1])[1]
        existing = tree.text[begin:end].rstrip("\r\n")
        return Place(begin, begin + len(existing), "", "", indent, existing)
    if indent.strip():
        margin = texts.indentation(indent)
        return Place(start, start, line_break + margin, line_break + margin, margin)
    return Place(start, start, "", line_break + indent, indent)


def _adjacent(upper: Node, lower: Node) -> bool:
    """Whether no blank line stands between; some comments hold their line break."""
    row, column = upper.end_point
    return lower.start_point[0] - row <= (1 if column else 0)


def _alone(tree: SyntaxTree, node: Node) -> bool:
    """Whether a comment begins its line: one behind code belongs to that code."""
    start, _ = tree.span(node)
    return not tree.text[texts.line_start(tree.text, start) : start].strip()


def thrown(
    tree: SyntaxTree, body: Node | None, statement: Collection[str], closed: Collection[str]
) -> tuple[Raised, ...]:
    """What `throw new X(...)` statements of a body throw, unless a `catch` around them takes it."""
    found: dict[str, Raised] = {}
    for node in within(body, closed):
        if node.type not in statement or _caught(node, body):
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
        if named is not None:
            name = tree.source(named)
            found.setdefault(name, Raised(name, condition(tree, node)))
    return tuple(found.values())


def _caught(node: Node, body: Node | None) -> bool:
    child, parent = node, node.parent
    while parent is not None and child != body:
        if parent.type == "try_statement" and parent.child_by_field_name("body") == child:
            clauses = [c.type for c in parent.children]
            if "catch_clause" in clauses:
                return True
        child, parent = parent, parent.parent
    return False


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
