"""An answer's scripts and styles, where a component has theirs: what is new goes into these."""

from __future__ import annotations

from collections.abc import Sequence

from fimble.core.insertion import edits, header, known, pieces
from fimble.core.insertion.answer import read
from fimble.core.insertion.pieces import Piece
from fimble.core.text import embedded
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree

_COMPONENTS = frozenset({"vue", "svelte"})
_ELEMENTS = ("script_element", "style_element")


def merged(file: SyntaxTree, answer: Sequence[Piece]) -> tuple[list[Piece], list[Edit]]:
    """The pieces without scripts and styles that the component has, and what goes into those."""
    left, found = list[Piece](), list[Edit]()
    there = file.of_types(_ELEMENTS) if file.language_id in _COMPONENTS else []
    for piece in answer:
        element = next((e for e in there if _tag(e) == _tag(piece.node)), None)
        if element is None or piece.node.type not in _ELEMENTS:
            left.append(piece)
        else:
            found += _into(file, element, _inside(piece.parsed, piece.node))
            there = [e for e in there if e.id != element.id]
    return left, found


def _tag(node: Node) -> bytes:
    tag = next((c for c in node.children if c.type == "start_tag"), None)
    return b" ".join(sorted((tag.text or b"").strip(b"<>").split())) if tag is not None else b""


def _inside(parsed: SyntaxTree, element: Node) -> str:
    raw = next((c for c in element.children if c.type == "raw_text"), None)
    return parsed.source(raw) if raw is not None else ""


def _into(file: SyntaxTree, element: Node, code: str) -> list[Edit]:
    tag = next(c for c in element.children if c.type == "start_tag")
    region = embedded.at(file.language_id, file.text, file.offset(tag.end_byte))
    answer = read(region, [], code.strip("\n")) if region is not None and region.region else None
    if region is None or answer is None:
        return []
    rest = known.compared(region, [], answer.pieces, is_new=not pieces.has_code(region))
    language = region.language_id
    there = [n for n in region.root.named_children if header.is_import(language, n)]
    lines = header.missing(language, there, rest.imports)
    found = edits.top(region, lines, there=bool(there))
    found += [edits.into(region, *target) for target in rest.members.values()]
    return [*found, edits.append(region, rest.here)] if rest.code else found
