"""Scripts and styles inside pages: for the page's grammar they are plain text.

At a cursor in one of them its own language is what is parsed. Offsets stay those of the document.
"""

from __future__ import annotations

import re

from fimble.core import syntax
from fimble.core.context import CursorContext
from fimble.core.syntax import Node, SyntaxTree

_HOSTS = frozenset({"html", "svelte", "vue"})
_ELEMENTS = ("script_element", "style_element")
_ATTRIBUTE = re.compile(r"""\b(lang|type)\s*=\s*["']?([\w/+.-]+)""")
_LANGUAGES = {
    "ts": "typescript",
    "tsx": "typescriptreact",
    "typescript": "typescript",
    "js": "javascript",
    "jsx": "javascriptreact",
    "javascript": "javascript",
    "module": "javascript",
    "text/javascript": "javascript",
    "application/javascript": "javascript",
    "application/json": "json",
    "application/ld+json": "json",
    "importmap": "json",
    "css": "css",
    "text/css": "css",
    "scss": "scss",
}
"""By the attribute `lang`, or `type`; what is not here is not parsed."""


def parse(context: CursorContext) -> SyntaxTree | None:
    """The tree of what the cursor stands in: a script, a style, or the whole document.

    None as for `syntax.parse`, and in a script of a language that is not known.
    """
    return at(context.snapshot.language_id, context.snapshot.text, context.offset)


def language(context: CursorContext) -> str:
    """The LSP identifier of the language that the cursor stands in."""
    parsed = parse(context)
    return context.snapshot.language_id if parsed is None else parsed.language_id


def at(language_id: str, text: str, offset: int) -> SyntaxTree | None:
    """As `parse`, for any text."""
    host = syntax.parse(language_id, text)
    if host is None or language_id not in _HOSTS:
        return host
    for element in host.of_types(_ELEMENTS):
        tags = [child for child in element.children if child.type in ("start_tag", "end_tag")]
        if len(tags) == 2:
            start, end = host.offset(tags[0].end_byte), host.offset(tags[1].start_byte)
            if start <= offset <= end:
                return syntax.parse(_language(host, tags[0]), text, (start, end))
    return host


def _language(host: SyntaxTree, tag: Node) -> str:
    """Of a script or style: what the tag's attributes say, or what pages mean without."""
    source = host.source(tag)
    attributes = dict(_ATTRIBUTE.findall(source))
    usual = "css" if source.startswith("<style") else "javascript"
    return _LANGUAGES.get(attributes.get("lang") or attributes.get("type") or usual, "")
