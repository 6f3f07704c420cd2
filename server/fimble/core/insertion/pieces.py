"""A text in pieces: the statements and members of a scope, each with its comments."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from fimble.core.insertion import declared
from fimble.core.insertion.declared import Key
from fimble.core.text import snapshot as texts
from fimble.core.text.syntax import Node, SyntaxTree

_THROUGH = frozenset({"preproc_ifdef", "preproc_if", "preproc_else", "statement_list"})
"""Nodes that make no scope of their own."""
_BODIES_NAMES = (
    "class_body declaration_list field_declaration_list interface_body object_type enum_body "
    "block body_statement statement_block compound_statement namespace_body constructor_body "
    "enum_body enum_member_declaration_list do_block enum_class_body"
)
_BODIES = frozenset(_BODIES_NAMES.split())
_TAGS = frozenset({"start_tag", "end_tag", "self_closing_tag"})
_BESIDE = frozenset({"attribute_item", "inner_attribute_item", "attribute_list"})
_END = re.compile(r"[ \t]*[;,]")


@dataclass(frozen=True, eq=False)
class Piece:
    """A statement, a member, or comments that stand alone.

    Attributes:
        parsed: The text it is of.
        node: The statement; a comment where there is none.
        start: Where it begins in the text, with the comments that lead it.
        end: Where it ends, with what stands behind it on its line.
        keys: What it declares.
        gap: How many line breaks stand before it.
    """

    parsed: SyntaxTree
    node: Node
    start: int
    end: int
    keys: tuple[Key, ...]
    gap: int

    @property
    def is_comment(self) -> bool:
        """Whether it is no code."""
        return "comment" in self.node.type

    @property
    def same(self) -> str:
        """Its code, all white space alike: two pieces with the same are the same."""
        return declared.text_of(self.node).rstrip(";")

    @property
    def text(self) -> str:
        """Its text without the indentation that it had."""
        text = self.parsed.text
        first = texts.line_start(text, self.start)
        lead = text[first : self.start]
        return textwrap.dedent((lead if not lead.strip() else "") + text[self.start : self.end])


def of(parsed: SyntaxTree, parent: Node) -> list[Piece]:
    """The pieces directly in a scope."""
    found: list[Piece] = []
    lead: list[Node] = []
    behind = parsed.span(parent)[0] if parent.parent is not None else 0

    def add(node: Node, first: Node) -> None:
        nonlocal behind
        start, end = parsed.offset(first.start_byte), parsed.offset(node.end_byte)
        end = start + len(parsed.text[start:end].rstrip())
        match = _END.match(parsed.text, end)
        end = match.end() if match else end
        gap = parsed.text.count("\n", min(behind, start), start)
        keys = () if "comment" in node.type else declared.keys(parsed.language_id, node)
        found.append(Piece(parsed, node, start, end, keys, gap))
        behind = end

    for node in _members(parent):
        beside = node.type in _BESIDE
        if "comment" in node.type or beside:
            if not lead and found and not beside and _row(found[-1]) == node.start_point[0]:
                last = found.pop()
                behind = parsed.offset(node.end_byte)
                found.append(Piece(parsed, last.node, last.start, behind, last.keys, last.gap))
                continue
            if lead and not beside and node.start_point[0] - lead[-1].end_point[0] > 1:
                add(lead[-1], lead[0])
                lead = []
            lead.append(node)
            continue
        if lead and lead[-1].type not in _BESIDE and node.start_point[0] - _last(lead[-1]) > 1:
            add(lead[-1], lead[0])
            lead = []
        add(node, lead[0] if lead else node)
        lead = []
    if lead:
        add(lead[-1], lead[0])
    return found


def _row(piece: Piece) -> int:
    """The line on which a piece ends."""
    return _last(piece.node)


def _last(node: Node) -> int:
    """The last line that a node stands on; some hold the line break behind them."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _members(parent: Node) -> Iterator[Node]:
    for node in parent.named_children:
        if node.type in _THROUGH:
            yield from (c for c in _members(node) if c.start_point[0] > node.start_point[0])
        elif node.type not in _TAGS:
            yield node


def body(node: Node) -> Node | None:
    """What holds the members of a class, a function, a namespace, an element."""
    within = declared.inner(node)
    if within.type == "element":
        return within
    if within.type == "type_declaration":
        specs = declared.specs(within)
        return body(specs[0]) if len(specs) == 1 else None
    if within.type == "type_spec":
        return _fields(within)
    found = within.child_by_field_name("body")
    if found is None:
        found = next((c for c in within.named_children if c.type in _BODIES), None)
    return found


def _fields(spec: Node) -> Node | None:
    """What holds the fields of a struct of Go, or the methods of an interface that has some."""
    of = spec.child_by_field_name("type")
    if of is not None and of.type == "interface_type":
        return of if of.named_children else None
    lists = () if of is None or of.type != "struct_type" else of.named_children
    return next((c for c in lists if c.type == "field_declaration_list"), None)


def declaration(piece: Piece, key: Key) -> Node:
    """The part of a group of types that has the key; the statement itself where it is none."""
    group = declared.inner(piece.node)
    specs = declared.specs(group) if group.type == "type_declaration" else []
    language = piece.parsed.language_id
    return next((s for s in specs if key in declared.keys(language, s)), piece.node)


def is_function(node: Node) -> bool:
    """Whether what is in it runs one after the other."""
    kinds = {kind for kind, _ in declared.keys("", declared.inner(node))}
    return "function" in kinds


def around(parsed: SyntaxTree, offset: int) -> list[Node]:
    """The declarations and elements around an offset, outermost first."""
    found: list[Node] = []
    parent: Node | None = parsed.root
    while parent is not None:
        inside = [p for p in of(parsed, parent) if _holds(parsed, p, offset)]
        parent = None
        for piece in inside[-1:]:
            found += [piece.node] if piece.keys or piece.node.type == "element" else []
            parent = body(piece.node)
    return found


def _holds(parsed: SyntaxTree, piece: Piece, offset: int) -> bool:
    """Whether what is written at the offset would be a member of it."""
    within = body(piece.node)
    if within is None or piece.is_comment:
        return False
    start, end = parsed.span(within)
    if parsed.language_id != "python":
        return start < offset < end
    line = texts.line_start(parsed.text, offset)
    if parsed.span(piece.node)[0] >= line:
        return False
    column = len(texts.indentation(parsed.text[line:]).expandtabs())
    deep = column > piece.node.start_point[1]
    return (deep and not parsed.text[end:line].strip(" \t\r\n")) or start < offset < end


def joined(kept: list[tuple[int, str]]) -> str:
    """Texts, each with the line breaks that stood before it."""
    text = ""
    for gap, code in kept:
        text += "\n" * (min(max(gap, 1), 3) if text else 0) + code.strip("\n")
    return text


def has_code(parsed: SyntaxTree) -> bool:
    """Whether a text is more than comments."""
    return any("comment" not in node.type for node in parsed.root.named_children)
