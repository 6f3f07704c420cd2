"""What of an answer the file has already, and where the rest belongs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from fimble.core.insertion import declared, header, pieces
from fimble.core.insertion.declared import Key
from fimble.core.insertion.pieces import Piece
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree

_OPEN = frozenset({"type", "tag", "module", "impl", "rule", "table"})
"""Kinds whose new members go into what is there."""
_ONCE = frozenset({"function", "type", "value", "tag"})
_ALIKE = 0.7
_SHORTEST = 4
"""Characters of a statement that is not there twice by chance."""


@dataclass
class Rest:
    """What is new.

    Attributes:
        here: For the cursor: line breaks before it, and the text.
        imports: Statements for the file's top.
        members: By the node of the file that gets them.
        beside: By the node behind which they go.
        elsewhere: Edits of the scripts and styles of a page.
        cut: Whether something was left out or belongs elsewhere.
        code: Whether some of what is for the cursor is more than a comment.
    """

    here: list[tuple[int, str]] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    members: dict[int, tuple[Node, list[tuple[int, str]]]] = field(default_factory=dict)
    beside: dict[int, tuple[Node, list[tuple[int, str]]]] = field(default_factory=dict)
    elsewhere: list[Edit] = field(default_factory=list)
    cut: bool = False
    code: bool = False


class Scope:
    """What one scope of the file declares and does."""

    def __init__(self, parsed: SyntaxTree, node: Node) -> None:
        self.node = node
        within = pieces.body(node) if node.parent is not None else node
        members = pieces.of(parsed, within) if within is not None else []
        self.members = members
        self.keys: dict[Key, Piece] = {key: p for p in members for key in p.keys}
        self.same = {p.same for p in members}
        self.runs = node.parent is not None and pieces.is_function(node)

    def has(self, language_id: str, piece: Piece) -> bool:
        """Whether it has a piece: all that it declares, or the same statement."""
        if piece.same in self.same:
            long = len(piece.same) >= _SHORTEST or self.node.parent is not None
            return bool(piece.keys) or (not self.runs and long)
        if not piece.keys or declared.is_weak(piece.node):
            return False
        return all(self.declares(language_id, key) for key in piece.keys)

    def declares(self, language_id: str, key: Key) -> bool:
        """Whether a declaration with this key would be a second one."""
        kind, name = key
        if kind == "signature" and language_id in ("c", "cpp"):
            return key in self.keys or ("function", name) in self.keys
        return key in self.keys


def compared(
    file: SyntaxTree, around: Sequence[Node], answer: Sequence[Piece], *, is_new: bool
) -> Rest:
    """The answer's pieces against the file's scopes around the cursor.

    Args:
        file: The file.
        around: What holds the cursor, outermost first.
        answer: The top of the answer.
        is_new: Whether the file has no code: what begins a file stays where it is.
    """
    scopes = [Scope(file, file.root), *(Scope(file, node) for node in around)]
    rest = Rest()
    level = next(
        (
            i
            for i, scope in enumerate(scopes[1:])
            if any(_repeats(p, scope.node, file) for p in answer)
        ),
        len(scopes) - 1,
    )
    _sort(file, scopes, level, list(answer), rest, is_new=is_new)
    return rest


def _repeats(piece: Piece, node: Node, file: SyntaxTree) -> bool:
    """Whether a piece is a declaration or an element that is around the cursor."""
    if piece.node.type == "element" and node.type == "element":
        return _tag(piece.node) == _tag(node)
    keys = set(declared.keys(file.language_id, node))
    return bool(keys & set(piece.keys)) and pieces.body(piece.node) is not None


def _tag(node: Node) -> str:
    tag = next((c for c in node.named_children if c.type == "start_tag"), None)
    text = declared.text_of(tag) if tag is not None else ""
    name = text.strip("<>").split(" ")[0].lower()
    return name if name in ("html", "head", "body") else text


def _sort(
    file: SyntaxTree,
    scopes: list[Scope],
    level: int,
    answer: list[Piece],
    rest: Rest,
    *,
    is_new: bool,
) -> None:
    """Puts each piece where it belongs; those of an outer level go behind what holds the cursor."""
    language, here = file.language_id, rest.here
    changed = _changed(language, scopes[level], answer)
    said: set[Key] = set()
    for piece in answer:
        twice = _is_said(piece, said)
        said |= set(piece.keys)
        if twice or (not is_new and header.is_clause(piece.node)):
            rest.cut = True
        elif not is_new and header.is_import(language, piece.node):
            rest.imports.append(piece.node)
            rest.cut = True
        elif level + 1 < len(scopes) and _repeats(piece, scopes[level + 1].node, file):
            rest.cut = True
            _unwrap(file, scopes, level + 1, piece, rest)
        elif any(piece is c for c in changed) or _is_known(language, scopes, level, piece):
            rest.cut = True
            _new_members(file, scopes[level], piece, rest)
        else:
            text = _partly(language, scopes[level], piece)
            rest.cut = rest.cut or text != piece.text
            if level + 1 < len(scopes):
                rest.cut = True
                node = scopes[level + 1].node
                rest.beside.setdefault(node.id, (node, []))[1].append((piece.gap, text))
            else:
                here.append((piece.gap, text))
                rest.code = rest.code or not piece.is_comment


def _is_said(piece: Piece, said: set[Key]) -> bool:
    """Whether an answer declares what it has declared before."""
    once = all(kind in _ONCE for kind, _ in piece.keys) and not declared.is_weak(piece.node)
    return bool(piece.keys) and once and set(piece.keys) <= said and "cfg(" not in piece.text


def _changed(language: str, scope: Scope, answer: Sequence[Piece]) -> list[Piece]:
    """Statements of an answer that are the file's with a small change, if it repeats others."""
    if scope.runs or not any(scope.has(language, p) for p in answer if not p.is_comment):
        return []
    said = {p.same for p in answer}
    left = [p for p in scope.members if not (p.keys or p.is_comment or p.same in said)]
    found = []
    for piece in answer:
        if piece.keys or piece.is_comment or piece.same in scope.same:
            continue
        alike = max(left, key=lambda p: _likeness(p.same, piece.same), default=None)
        if alike is not None and _likeness(alike.same, piece.same) >= _ALIKE:
            left = [p for p in left if p is not alike]
            found.append(piece)
    return found


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _is_known(language: str, scopes: list[Scope], level: int, piece: Piece) -> bool:
    if piece.is_comment:
        texts_ = {p.same for scope in scopes for p in scope.members if p.is_comment}
        return piece.same in texts_
    if scopes[level].has(language, piece):
        return True
    outer = any(piece.same in scope.same for scope in scopes[:level])
    return outer and len(piece.same) >= _SHORTEST and not scopes[level].runs


def _unwrap(file: SyntaxTree, scopes: list[Scope], level: int, piece: Piece, rest: Rest) -> None:
    """What is new in a declaration that is around the cursor."""
    within = pieces.body(piece.node)
    if within is None:
        return
    if scopes[level].runs:
        old, new = _lines(file, scopes[level].node), _lines(piece.parsed, piece.node)
        found = inserted(old, new)
        rest.here += [(1, text) for text in found]
        rest.code = rest.code or bool(found)
        return
    _sort(file, scopes, level, pieces.of(piece.parsed, within), rest, is_new=False)


def _lines(parsed: SyntaxTree, node: Node) -> list[str]:
    """The lines of a function's body."""
    within = pieces.body(node)
    if within is None:
        return []
    start, end = parsed.span(within)
    start = texts.line_start(parsed.text, start) if parsed.text[start] != "{" else start + 1
    end = end - (parsed.text[end - 1 : end] == "}")
    return parsed.text[start:end].replace("\r\n", "\n").strip("\n").split("\n")


def inserted(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The lines that are new among others that are not, dedented, one text for each place."""
    matcher = SequenceMatcher(None, [a.strip() for a in old], [b.strip() for b in new], False)
    found = []
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("insert", "replace"):
            text = textwrap.dedent("\n".join(new[start:end])).strip("\n")
            found += [text] if text.strip() else []
    return found


def _new_members(file: SyntaxTree, scope: Scope, piece: Piece, rest: Rest) -> None:
    """What is new in declarations that the file has elsewhere goes to their ends."""
    done = set[int]()
    for key in piece.keys:
        there = scope.keys.get(key)
        if there is None or key[0] not in _OPEN or pieces.is_function(there.node):
            continue
        node = pieces.declaration(there, key)
        within, body = pieces.body(pieces.declaration(piece, key)), pieces.body(node)
        if within is None or body is None or body.id in done:
            continue
        done.add(body.id)
        if body.start_point[0] != body.end_point[0]:
            _add_members(file, Scope(file, node), pieces.of(piece.parsed, within), body, rest)


def _add_members(
    file: SyntaxTree, scope: Scope, members: list[Piece], body: Node, rest: Rest
) -> None:
    for member in members:
        if member.is_comment or scope.has(file.language_id, member):
            continue
        text = _partly(file.language_id, scope, member)
        rest.members.setdefault(body.id, (body, []))[1].append((member.gap, text))


def _partly(language: str, scope: Scope, piece: Piece) -> str:
    """A piece without those of its names that the scope has."""
    if len(piece.keys) < 2 or not any(scope.declares(language, key) for key in piece.keys):
        return piece.text
    group = declared.inner(piece.node)
    specs = declared.specs(group)
    per = [declared.keys(language, group)[i : i + 1] for i in range(len(specs))]
    if len(specs) != len(piece.keys):
        return piece.text
    kept = [
        spec
        for spec, key in zip(specs, per, strict=True)
        if not all(scope.declares(language, k) for k in key)
    ]
    text = piece.text
    for spec in specs:
        if not any(spec.id == k.id for k in kept):
            text = _without(text, (spec.text or b"").decode("utf-8", "replace"))
    return text


def _without(text: str, part: str) -> str:
    """A list of declarations without one of them."""
    own = re.escape(part)
    shorter, count = re.subn(rf"(?<!\w){own},\s+|,\s+{own}(?!\w)", "", text, count=1)
    if count:
        return shorter
    if "\n" in part:
        return re.sub(rf"^[ \t]*{own}[ \t]*\n?", "", text, count=1, flags=re.MULTILINE)
    return "\n".join(line for line in text.split("\n") if line.strip() != part)
