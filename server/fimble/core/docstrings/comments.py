"""Where comments may stand in a block of code: on lines of their own, above statements."""

from __future__ import annotations

from dataclasses import dataclass

from fimble.core.text import snapshot as texts
from fimble.core.text import syntax
from fimble.core.text.snapshot import Snapshot
from fimble.core.text.syntax import Node, SyntaxTree

MOST = 8
"""Comments in one block; a comment above every line says nothing."""

_BLOCKS = frozenset(
    (
        "block",
        "body_statement",
        "class_body",
        "compound_statement",
        "constructor_body",
        "declaration_list",
        "module",
        "program",
        "source_file",
        "statement_block",
        "statement_list",
        "then",
        "translation_unit",
    )
)
_HASH = frozenset(("python", "ruby", "shellscript", "yaml", "toml"))


@dataclass(frozen=True)
class Spot:
    """A place for a comment.

    Attributes:
        offset: The begin of the statement's line.
        indent: The statement's indentation.
        end: The statement's end.
    """

    offset: int
    indent: str
    end: int


def mark(language_id: str) -> str:
    """What begins a comment line."""
    return "# " if language_id in _HASH else "// "


def spots(snapshot: Snapshot, start: int, end: int) -> tuple[Spot, ...]:
    """The statements of a selection that begin a thought."""
    tree = syntax.parse(snapshot.language_id, snapshot.text)
    if tree is None:
        return ()
    found = [spot for node in _statements(tree, start, end) if (spot := _spot(tree, node))]
    return tuple(found[:MOST])


def _statements(tree: SyntaxTree, start: int, end: int) -> list[Node]:
    """The outermost statements within the selection that begin a thought."""
    text = tree.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    first, last = tree.byte(start), tree.byte(end)
    stack, found = [tree.root], list[Node]()
    while stack:
        node = stack.pop()
        within = first <= node.start_byte and node.end_byte <= last
        parent = node.parent
        if within and parent is not None and parent.type in _BLOCKS and node.is_named:
            if "comment" not in node.type:
                found.append(node)
            continue
        stack += [c for c in node.children if c.end_byte > first and c.start_byte < last]
    found.sort(key=lambda node: node.start_byte)
    return [node for n, node in enumerate(found) if n == 0 or _begins(node)]


def _begins(node: Node) -> bool:
    previous = node.prev_sibling
    compound = node.end_point[0] - node.start_point[0] >= 2
    return compound or previous is None or node.start_point[0] - previous.end_point[0] > 1


def _spot(tree: SyntaxTree, node: Node) -> Spot | None:
    """None where the statement shares its line, or has a comment already."""
    start, end = tree.span(node)
    line = texts.line_start(tree.text, start)
    indent = tree.text[line:start]
    above = tree.text[texts.line_start(tree.text, max(line - 1, 0)) : line].strip()
    if indent.strip() or above.startswith(("#", "//", "*", "/*")):
        return None
    return Spot(line, indent, end)


def fit(raw: str, statement: str) -> str:
    """The model's words as a comment, "" if they say nothing or are code."""
    words = " ".join(raw.split()).strip("#/ *").rstrip(".")
    letters = sum(character.isalpha() or character == " " for character in words)
    if len(words) < 6 or len(words.split()) < 2 or letters < 0.7 * len(words):
        return ""
    if words in " ".join(statement.split()) or "*/" in words or "TODO" in words:
        return ""
    return words[0].upper() + words[1:] if words.split()[0].islower() else words
