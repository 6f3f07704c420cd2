"""An answer as pieces: parsed alone, or as members of the class that it is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fimble.core.insertion import pieces
from fimble.core.insertion.pieces import Piece
from fimble.core.text import syntax
from fimble.core.text.syntax import Node, SyntaxTree

_CLASS = MappingProxyType({"php": "<?php class A {\n"})
_HELD_NAMES = "javascript javascriptreact typescript typescriptreact java csharp php cpp"
_HELD = frozenset(_HELD_NAMES.split())
"""Languages in which members of a class are no statements."""


@dataclass(frozen=True)
class Answer:
    """What was read.

    Attributes:
        pieces: The top of the answer.
        cut: Whether something around them was left out.
    """

    pieces: list[Piece]
    cut: bool = False


def read(file: SyntaxTree, around: Sequence[Node], code: str) -> Answer | None:
    """The code's pieces; None if it cannot be read in the language."""
    language, code = file.language_id, f"{code}\n"
    if file.region is not None and (inside := _script(language, code)) is not None:
        found = read(file, around, inside.strip("\n"))
        return Answer(found.pieces, True) if found is not None else None
    opened = language == "php" and code.lstrip().startswith("<?") and "<?" in file.text
    if opened:
        code = re.sub(r"\?>\s*$", "\n", re.sub(r"^\s*<\?(?:php\b|=)?[ \t]*\n?", "", code))
    tries = []
    if around and language in _HELD and not pieces.is_function(around[-1]):
        tries.append(_CLASS.get(language, "class A {\n"))
    tries.append("<?php\n" if language == "php" and not code.lstrip().startswith("<?") else "")
    for opening in tries:
        text = f"{opening}{code}}}" if "class A" in opening else opening + code
        parsed = syntax.parse(language, text)
        if parsed is None:
            return None
        if syntax.error_offsets(parsed) and (len(tries) > 1 and opening == tries[0]):
            continue
        return Answer(_of(parsed, opening), opened)
    return None


def _of(parsed: SyntaxTree, opening: str) -> list[Piece]:
    """The pieces, without what they were wrapped into."""
    top = pieces.of(parsed, parsed.root)
    if "class A" in opening and (holder := next((p for p in top if p.keys), None)) is not None:
        within = pieces.body(holder.node)
        return pieces.of(parsed, within) if within is not None else []
    return [p for p in top if not (opening and p.node.type == "php_tag")]


def _script(language: str, code: str) -> str | None:
    """The script or style of a page that was written around it."""
    tag = "style" if language in ("css", "scss") else "script"
    match = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", code, re.DOTALL)
    return match[1] if match else None
