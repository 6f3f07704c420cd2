"""Syntax trees. The only file that imports tree-sitter.

Offsets are code points here as everywhere; the trees count bytes, and `SyntaxTree` converts.
Trees are made once per text: the latest few are kept, and a text that differs from a known one
in one place is parsed from the other's tree.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Range, Tree
from tree_sitter_language_pack import get_language

from fimble.core.text import languages

__all__ = [
    "MAX_CHARACTERS",
    "STRING_CONTENT",
    "Node",
    "SyntaxTree",
    "anew",
    "edited",
    "error_offsets",
    "errors",
    "parse",
]

MAX_CHARACTERS = 200_000
"""Longer documents are not parsed: a tree for every keystroke would take too long."""

_QUERIED = 5_000
"""Nodes of a tree that is queried: a query's time grows with the square of the tree's depth."""

_PIECE = 1 << 12
"""Bytes that the parser is handed at once."""
STRING_CONTENT = frozenset(
    {"string_content", "string_fragment", "escape_sequence", "template_chars", "string_value"}
)
"""Nodes between the quotes of a string, over all grammars."""


@dataclass(frozen=True, eq=False)
class SyntaxTree:
    """A text and its tree.

    Attributes:
        language_id: LSP language identifier.
        text: The text.
        tree: Its tree, over the text's UTF-8 bytes; a lone surrogate counts as "?".
        region: Offsets of the part that is in the language, None for all of the text.
    """

    language_id: str
    text: str
    tree: Tree
    region: tuple[int, int] | None = None

    @property
    def root(self) -> Node:
        """The node of the whole text."""
        return self.tree.root_node

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode("utf-8", "replace")

    def byte(self, offset: int) -> int:
        """The byte of a code-point offset."""
        if self._ascii:
            return offset
        return _bytes(self.text, offset)

    def offset(self, byte: int) -> int:
        """The code-point offset of a byte."""
        if self._ascii:
            return byte
        starts, points = self._lines
        line = bisect_right(starts, byte) - 1
        return points[line] + len(self._bytes[starts[line] : byte].decode("utf-8", "replace"))

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        """Where every line begins: in bytes, and in code points."""
        starts, points = [0], [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line.encode("utf-8", "replace")) + 1)
            points.append(points[-1] + len(line) + 1)
        return starts, points

    def span(self, node: Node) -> tuple[int, int]:
        """Where a node stands, in code points."""
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def of_types(self, types: tuple[str, ...]) -> list[Node]:
        """Every node of these types, in order, outer before inner ones.

        Types that the grammar does not have are passed over.
        """
        query = _query(self.language_id, types)
        if query is None:
            return []
        if self.root.descendant_count > _QUERIED:
            found = list(_walked(self.root, types))
        else:
            found = QueryCursor(query).captures(self.root).get("node", [])
        return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))

    def at(self, offset: int) -> Node:
        """The smallest node that holds the character at `offset`; at the end, the root."""
        start = self.byte(offset)
        end = self.byte(min(offset + 1, len(self.text)))
        return self.root.descendant_for_byte_range(start, end) or self.root


def descend(node: Node) -> Iterator[Node]:
    """A node and all nodes in it, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += reversed(current.children)


def parents(node: Node) -> Iterator[Node]:
    """What is around a node, innermost first."""
    current = node.parent
    while current is not None:
        yield current
        current = current.parent


def parse(language_id: str, text: str, region: tuple[int, int] | None = None) -> SyntaxTree | None:
    """The tree of `text`; None if there is no grammar for it, or it is too long.

    Args:
        language_id: LSP language identifier.
        text: The text.
        region: Offsets of the part that is in the language, where not all of it is: a script in
            a page. The tree's offsets are those of the text all the same.
    """
    if languages.grammar(language_id) is None or len(text) > MAX_CHARACTERS:
        return None
    return _parsed(language_id, text, region)


def _walked(root: Node, types: tuple[str, ...]) -> Iterator[Node]:
    """The nodes of these types, in a time that grows with the tree's size alone."""
    cursor = root.walk()
    inside = True
    while inside:
        node = cursor.node
        if node is not None and node.is_named and node.type in types:
            yield node
        inside = cursor.goto_first_child() or cursor.goto_next_sibling()
        while not inside and cursor.goto_parent():
            inside = cursor.goto_next_sibling()


@lru_cache(maxsize=8)
def _parsed(language_id: str, text: str, region: tuple[int, int] | None) -> SyntaxTree:
    return _tree(language_id, text, region)


def _tree(
    language_id: str, text: str, region: tuple[int, int] | None, old: Tree | None = None
) -> SyntaxTree:
    parser = Parser(_language(language_id))
    if region is not None:
        first, last = region
        points = _point(text, first), _point(text, last)
        parser.included_ranges = [Range(*points, _bytes(text, first), _bytes(text, last))]
    encoded = text.encode("utf-8", "replace")

    def piece(start: int, _: Point) -> bytes:
        return encoded[start : start + _PIECE]

    if old is None:  # which the parser does not take for none
        tree = parser.parse(piece, progress_callback=_go_on)
    else:
        tree = parser.parse(piece, old, progress_callback=_go_on)
    return SyntaxTree(language_id, text, tree, region)


def _go_on(_offset: int, _failed: bool) -> bool:
    """Called all the while: other threads come to work then, also the one that ends the process."""
    return False


@lru_cache(maxsize=64)
def _language(language_id: str) -> Language:
    language: Language = get_language(languages.grammar(language_id))
    return language


@lru_cache(maxsize=64)
def _query(language_id: str, types: tuple[str, ...]) -> Query | None:
    language = _language(language_id)
    known = [kind for kind in types if language.id_for_node_kind(kind, True) is not None]
    return Query(language, f"[{' '.join(f'({k})' for k in known)}] @node") if known else None


def edited(parsed: SyntaxTree, start: int, end: int, new_text: str) -> SyntaxTree:
    """The tree after `text[start:end]` was replaced; parses only what that changed.

    Where the tree is that of a region, the edit lies inside of it.
    """
    text = parsed.text[:start] + new_text + parsed.text[end:]
    first, last = parsed.byte(start), parsed.byte(end)
    new_last = first + _bytes(new_text, len(new_text))
    tree = parsed.tree.copy()
    tree.edit(
        start_byte=first,
        old_end_byte=last,
        new_end_byte=new_last,
        start_point=_point(parsed.text, start),
        old_end_point=_point(parsed.text, end),
        new_end_point=_point(text, start + len(new_text)),
    )
    region = parsed.region and (parsed.region[0], parsed.region[1] + len(text) - len(parsed.text))
    return _tree(parsed.language_id, text, region, tree)


def anew(parsed: SyntaxTree) -> SyntaxTree:
    """The same text, parsed whole: that may find no error where `edited` finds some."""
    return _parsed(parsed.language_id, parsed.text, parsed.region)


def _bytes(text: str, offset: int) -> int:
    """How many bytes stand before an offset."""
    return len(text[:offset].encode("utf-8", "replace"))


def _point(text: str, offset: int) -> tuple[int, int]:
    """Row and column (bytes) of an offset."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset), len(text[start:offset].encode("utf-8", "replace"))


def errors(language_id: str, text: str) -> int | None:
    """How many places of `text` do not parse; None if the language or the length says not to."""
    parsed = parse(language_id, text)
    return None if parsed is None else len(error_offsets(parsed))


def error_offsets(parsed: SyntaxTree) -> list[int]:
    """Where ERROR and MISSING nodes begin; only subtrees that hold one are entered."""
    found: list[int] = []
    stack = [parsed.root]
    while stack:
        current = stack.pop()
        if current.is_error or current.is_missing:
            found.append(parsed.offset(current.start_byte))
        stack += [child for child in current.children if child.has_error or child.is_missing]
    return sorted(found)
