"""YARD, for Ruby; a type that the code does not show is left out."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Frame, Line, Style, entries, unchanged
from fimble.core.docstrings.styles.block import with_tags

FRAME = Frame("", "# ", "")


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, parameters, block, return value, exceptions."""
    hang = "  "
    tags: list[Line] = []
    named = tuple(p for p in item.details.parameters if p.name not in ("*", "**", "&"))
    tags += entries(named, "parameter", lambda p: f"@param {p.name.lstrip('*&')} ", hang)
    if item.details.yields:
        tags.append(Line("@yield ", "yields", hang=hang))
    if item.details.returns_value:
        tags.append(Line("@return [Object] ", "returns", hang=hang))
    tags += [Line(f"@raise [{r.name}] ", "raises", r.name, hang=hang) for r in item.details.raises]
    return with_tags(Line(slot="summary"), tags)


YARD = Style("yard", FRAME, lines, unchanged)
