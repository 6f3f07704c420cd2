"""Javadoc ("How to Write Doc Comments for the Javadoc Tool")."""

from __future__ import annotations

import re

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style, entries
from fimble.core.docstrings.styles import block


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, type parameters, parameters, return value, exceptions: in Javadoc's order."""
    hang = "    "
    tags = [Line(f"@param <{g}> ", "generic", g, hang=hang) for g in item.details.generics]
    tags += entries(item.details.parameters, "parameter", lambda p: f"@param {p.name} ", hang)
    if item.details.returns_value:
        tags.append(Line("@return ", "returns", hang=hang))
    tags += [Line(f"@throws {r.name} ", "raises", r.name, hang=hang) for r in item.details.raises]
    return block.with_tags(Line(slot="summary"), tags)


def escape(words: str) -> str:
    """Markup and tags are syntax there."""
    plain = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"@", "&#64;", block.escape(plain))


JAVADOC = Style("javadoc", block.FRAME, lines, escape, sentences=False)
