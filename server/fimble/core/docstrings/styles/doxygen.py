"""Doxygen with Javadoc commands."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style, entries
from fimble.core.docstrings.styles import block


def lines(item: Item) -> tuple[Line, ...]:
    """Brief, template parameters, parameters, return value, exceptions."""
    hang = "    "
    tags = [Line(f"@tparam {g} ", "generic", g, hang=hang) for g in item.details.generics]
    tags += entries(item.details.parameters, "parameter", lambda p: f"@param {p.name} ", hang)
    if item.details.returns_value:
        tags.append(Line("@return ", "returns", hang=hang))
    tags += [Line(f"@throws {r.name} ", "raises", r.name, hang=hang) for r in item.details.raises]
    return block.with_tags(Line("@brief ", "summary", hang=hang), tags)


def escape(words: str) -> str:
    """Commands begin with a backslash or an at sign."""
    return block.escape(words).replace("\\", "/").replace("@", "@@")


DOXYGEN = Style("doxygen", block.FRAME, lines, escape)
