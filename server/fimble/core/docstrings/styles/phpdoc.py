"""PHPDoc (PSR-19 draft)."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style, entries
from fimble.core.docstrings.styles import block


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, parameters with types, return value, exceptions."""
    hang = "    "
    tags: list[Line] = []
    tags += entries(
        item.details.parameters,
        "parameter",
        lambda p: f"@param {p.annotation or 'mixed'} {p.name} ",
        hang,
    )
    if item.details.returns_value:
        tags.append(Line(f"@return {item.details.returns or 'mixed'} ", "returns", hang=hang))
    if item.details.yields:
        tags.append(Line("@return \\Generator ", "yields", hang=hang))
    tags += [Line(f"@throws {r.name} ", "raises", r.name, hang=hang) for r in item.details.raises]
    return block.with_tags(Line(slot="summary"), tags)


PHPDOC = Style("phpdoc", block.FRAME, lines, block.escape)
