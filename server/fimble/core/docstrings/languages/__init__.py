"""Languages that can be documented: a syntax tree in, items out, one file per language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.languages import (
    cpp,
    csharp,
    go,
    java,
    javascript,
    php,
    python,
    ruby,
    rust,
)
from fimble.core.text import syntax
from fimble.core.text.snapshot import Snapshot, line_start
from fimble.core.text.syntax import SyntaxTree

__all__ = ["LANGUAGES", "at", "items"]

LANGUAGES: Mapping[str, Callable[[SyntaxTree], Iterable[Item]]] = MappingProxyType(
    {
        "python": python.items,
        "javascript": javascript.items,
        "javascriptreact": javascript.items,
        "typescript": javascript.items,
        "typescriptreact": javascript.items,
        "java": java.items,
        "go": go.items,
        "rust": rust.items,
        "csharp": csharp.items,
        "c": cpp.items,
        "cpp": cpp.items,
        "php": php.items,
        "ruby": ruby.items,
    }
)


_ELSEWHERE = (".pyi", ".d.ts", ".d.mts", ".d.cts", "_test.go")
"""Ends of the names of files that no tool asks for documentation: declarations, Go's tests."""


_GENERATED = re.compile(
    r"\W*(?:Code generated\b[^\n]*\bDO NOT EDIT\b|@generated\b|auto[- ]?generated (?:by|from)\b)",
    re.IGNORECASE,
)
"""How a file begins that a program writes: its documentation is that program's."""


def items(snapshot: Snapshot) -> tuple[Item, ...]:
    """Everything in the document that can be documented; () where no tree can be had."""
    if snapshot.language_id not in LANGUAGES:
        return ()
    tree = syntax.parse(snapshot.language_id, snapshot.text)
    found = _read(tree) if tree is not None else ()
    if snapshot.path.endswith(_ELSEWHERE) or _GENERATED.match(snapshot.text):
        return tuple(replace(item, inherits=True) for item in found)
    return found


@lru_cache(maxsize=8)
def _read(tree: SyntaxTree) -> tuple[Item, ...]:
    """In a file that does not parse, what does not begin its line may be no item at all."""
    found, text = LANGUAGES[tree.language_id](tree), tree.text
    if tree.root.has_error:
        found = (i for i in found if not text[line_start(text, i.start) : i.start].strip())
    return tuple(found)


def at(found: tuple[Item, ...], offset: int) -> Item | None:
    """The innermost function or class around `offset`, its documentation included."""
    around = [
        item
        for item in found
        if item.kind != "module" and min(item.start, item.place.start) <= offset <= item.end
    ]
    return max(around, key=lambda item: (item.start, -item.end)) if around else None
