"""The place of documentation that stands above a declaration as a comment.

Comments are found by their rows, not by their place in the tree: grammars hang the comment above
a class's first member, or behind a decorator, now here and now there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from fimble.core.docstrings.facts import Place
from fimble.core.docstrings.languages.directives import is_directive
from fimble.core.text import snapshot as texts
from fimble.core.text.syntax import Node, SyntaxTree

_COMMENTS = ("comment", "line_comment", "block_comment")
_PRAGMA = ("#pragma", "#region", "#endregion", "#nullable")


def above(
    tree: SyntaxTree, node: Node, openings: Collection[str], skip: Collection[str] = ()
) -> Place:
    """Where documentation stands, or is to stand: above directives and attributes.

    Args:
        tree: The document's tree.
        node: The outermost node of the declaration.
        openings: Of documentation comments, for example "/**".
        skip: Types of siblings between the comment and the declaration: attributes.
    """
    outermost = node
    for holder in _holders(node, skip):
        outermost = holder
        documentation, at = _search(tree, holder, openings)
        if documentation:
            start = tree.span(holder)[0]
            return _existing(
                tree, documentation, tree.text[texts.line_start(tree.text, start) : start]
            )
    start = tree.span(outermost)[0]
    if tree.text[texts.line_start(tree.text, start) : start].strip():
        return _beside(tree, start)
    indent = tree.text[texts.line_start(tree.text, at) : at]
    return Place(at, at, "", texts.line_break(tree.text) + indent, indent)


def _holders(node: Node, skip: Collection[str]) -> Iterator[Node]:
    """A declaration, then each attribute that stands above it, lowest first."""
    marked = any(child.type in skip for child in node.children)
    plain = (c for c in node.children if c.type not in skip and "comment" not in c.type)
    inner = next(plain, None) if marked else None
    if inner is not None:
        yield inner
    yield node
    row, previous = node.start_point[0], node.prev_named_sibling
    while previous is not None and row - previous.end_point[0] <= 1:
        if previous.type in skip:
            yield previous
        elif "comment" not in previous.type:
            return
        row, previous = previous.start_point[0], previous.prev_named_sibling


def _search(tree: SyntaxTree, node: Node, openings: Collection[str]) -> tuple[list[Node], int]:
    """The documentation above a node, [] if there is none, and where it is to stand."""
    at, row = tree.span(node)[0], node.start_point[0]
    if tree.text[texts.line_start(tree.text, at) : at].strip():
        return [], at
    comments = _by_row(tree)
    while True:
        row -= 1
        comment = comments.get(row) or _rdoc(tree, node, row, comments)
        if comment is None:
            pragma = _pragma(tree, row)
            if pragma < 0:
                return [], at
            at = pragma
            continue
        row = comment.start_point[0]
        words = tree.source(comment)
        directive = is_directive(tree.language_id, words)
        if words.startswith(tuple(openings)) and not directive:
            return _block(tree, comment, comments, openings), at
        if directive and not _between(tree, comment, at):
            at = tree.span(comment)[0]


def _rdoc(tree: SyntaxTree, node: Node, row: int, comments: dict[int, Node]) -> Node | None:
    """Ruby's comment that `##` begins documents what stands below a blank line, too."""
    last = comments.get(row - 1)
    if tree.language_id != "ruby" or row != node.start_point[0] - 1 or last is None:
        return None
    start = tree.span(node)[0]
    first = _block(tree, last, comments, ("#",))[0]
    if _between(tree, last, start) or tree.source(first).strip() != "##":
        return None
    return last


def _between(tree: SyntaxTree, comment: Node, at: int) -> bool:
    """Whether something else stands between a comment and a place below it."""
    return bool(tree.text[tree.span(comment)[1] : at].strip())


def _beside(tree: SyntaxTree, start: int) -> Place:
    """Of a declaration that shares its line with code before it: a line of its own."""
    line = texts.line_start(tree.text, start)
    margin = texts.indentation(tree.text[line:start])
    line_break = texts.line_break(tree.text)
    return Place(start, start, line_break + margin, line_break + margin, margin)


def _existing(tree: SyntaxTree, found: list[Node], indent: str) -> Place:
    begin, end = tree.span(found[0])[0], tree.span(found[-1])[1]
    existing = tree.text[begin:end].rstrip("\r\n")
    return Place(begin, begin + len(existing), "", "", indent, existing)


def _block(
    tree: SyntaxTree, last: Node, comments: dict[int, Node], openings: Collection[str]
) -> list[Node]:
    """A block comment, or all the line comments that stand row by row above the last one."""
    found = [last]
    if tree.source(last).startswith("/*"):
        return found
    row = last.start_point[0] - 1
    while (comment := comments.get(row)) is not None:
        words = tree.source(comment)
        if words.startswith("/*") or not words.startswith(tuple(openings)):
            break
        found.insert(0, comment)
        row -= 1
    while len(found) > 1 and is_directive(tree.language_id, tree.source(found[0])):
        found.pop(0)
    return found


@lru_cache(maxsize=8)
def _by_row(tree: SyntaxTree) -> dict[int, Node]:
    """Comments that have their lines for themselves, by their last row."""
    found: dict[int, Node] = {}
    for comment in tree.of_types(_COMMENTS):
        start, end = tree.span(comment)
        before = tree.text[texts.line_start(tree.text, start) : start]
        row, column = comment.end_point
        last = row if column else row - 1
        behind = "" if not column else tree.text[end : texts.line_end(tree.text, end)]
        if not before.strip() and not behind.strip():
            found[last] = comment
    return found


@lru_cache(maxsize=8)
def _lines(tree: SyntaxTree) -> list[tuple[int, str]]:
    """Offset and text of every line."""
    found, at = [], 0
    for line in tree.text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _pragma(tree: SyntaxTree, row: int) -> int:
    """Where a preprocessor's directive for the compiler's warnings stands, -1 if none does."""
    if row < 0 or tree.language_id not in ("c", "cpp", "csharp"):
        return -1
    at, line = _lines(tree)[row]
    words = line.lstrip()
    return at + len(line) - len(words) if words.startswith(_PRAGMA) else -1
