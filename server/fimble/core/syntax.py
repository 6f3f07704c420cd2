"""Syntax trees. The only file that imports tree-sitter."""

from __future__ import annotations

from tree_sitter import Node
from tree_sitter_language_pack import get_parser

from fimble.core import languages

MAX_CHARACTERS = 200_000
"""Longer documents are not parsed: a tree for every keystroke would take too long."""


def errors(language_id: str, text: str) -> int | None:
    """How many places of `text` do not parse; None if the language or the length says not to."""
    name = languages.grammar(language_id)
    if name is None or len(text) > MAX_CHARACTERS:
        return None
    tree = get_parser(name).parse(text.encode("utf-8", "replace"))
    return _count(tree.root_node)


def _count(node: Node) -> int:
    """ERROR and MISSING nodes; only subtrees that hold one are entered."""
    total, stack = 0, [node]
    while stack:
        current = stack.pop()
        if current.is_error or current.is_missing:
            total += 1
        stack += [child for child in current.children if child.has_error or child.is_missing]
    return total
