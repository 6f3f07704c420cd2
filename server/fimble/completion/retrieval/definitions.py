"""Definitions, in other files, of the names that are used near the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fimble.completion.retrieval.snippet import Snippet
from fimble.core.text import syntax
from fimble.core.text.syntax import Node, SyntaxTree

_QUERY_LINES = 12
_HEAD_LINES = 6
_BODY_LINES = 10
_WORD = re.compile(r"[^\W\d]\w{2,}")
_IMPORT = re.compile(
    r"^[^\S\n]*(?:import|from|use|using|require|#include|const .*require)\b.*$", re.M
)
_DEFINITION = re.compile(
    r"(?:function|class|method|interface|struct|enum|trait|impl|type|record|module|object|"
    r"type_alias|constructor)_(?:definition|declaration|item|specifier|spec)$|^create_table$"
)
_TYPES = re.compile(r"class|interface|struct|enum|trait|type|record|create_table")


@dataclass(frozen=True)
class _Definition:
    name: str
    text: str


class Definitions:
    """Names and where they are defined, changed one file at a time; see `Windows`."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, tuple[_Definition, ...]]] = {}

    def update(self, uri: str, path: str, language_id: str, text: str) -> None:
        """Indexes the definitions of a file; one that does not parse has none."""
        parsed = syntax.parse(language_id, text)
        found = tuple(_definitions(parsed)) if parsed else ()
        self._files[uri] = (path, found)

    def remove(self, uri: str) -> None:
        """Forgets a file."""
        self._files.pop(uri, None)

    def used(self, uri: str, prefix: str, count: int = 4) -> list[Snippet]:
        """Definitions of names near the cursor, those nearest to it first.

        Args:
            uri: The file that asks: its own definitions do not count.
            prefix: Text before the cursor.
            count: At most so many.
        """
        near = "\n".join(prefix.split("\n")[-_QUERY_LINES:])
        names = list(dict.fromkeys(reversed(_WORD.findall(near))))
        imported = set(_WORD.findall("\n".join(_IMPORT.findall(prefix))))
        names.sort(key=lambda name: name not in imported)
        by_name: dict[str, Snippet] = {}
        for key, (path, definitions) in tuple(self._files.items()):
            for definition in definitions if key != uri else ():
                snippet = Snippet(path, definition.text, 1.0, "definition", key)
                by_name.setdefault(definition.name, snippet)
        return [by_name[name] for name in names if name in by_name][:count]


def _definitions(parsed: SyntaxTree) -> Iterator[_Definition]:
    stack = [parsed.root]
    while stack:
        node = stack.pop()
        if _DEFINITION.search(node.type):
            name = node.child_by_field_name("name")
            if name is not None:
                yield _Definition(parsed.source(name), _head(parsed, node))
        if node.type not in ("block", "statement_block", "function_body") or node.parent is None:
            stack += reversed(node.named_children)


def _head(parsed: SyntaxTree, node: Node) -> str:
    """The beginning of a definition: of a type its members, of a function its signature."""
    lines = parsed.source(node).split("\n")
    if _TYPES.search(node.type):
        return "\n".join(lines[:_BODY_LINES])
    body = node.child_by_field_name("body")
    if body is None:
        return "\n".join(lines[:_HEAD_LINES])
    opened = body.start_point[0] - node.start_point[0]
    signature = opened + 1 if lines[opened].rstrip().endswith("{") else max(opened, 1)
    return "\n".join(lines[: min(signature, _HEAD_LINES)])
