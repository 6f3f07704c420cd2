"""Google's Python style (Google Python Style Guide, section 3.8)."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import BLANK, Line, Style, entries
from fimble.core.docstrings.styles.python import FRAME, escape

_DEEP = " " * 8


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, Args, Returns or Yields, Raises, Attributes; empty sections are left out."""
    result = [Line(slot="summary")]
    if "property" in item.details.traits:
        return tuple(result)
    if item.details.parameters:
        found = entries(item.details.parameters, "parameter", lambda p: f"    {p.name}: ", _DEEP)
        result += [BLANK, Line("Args:"), *found]
    if item.details.returns_value:
        result += [BLANK, Line("Returns:"), Line("    ", "returns", hang="    ")]
    if item.details.yields:
        result += [BLANK, Line("Yields:"), Line("    ", "yields", hang="    ")]
    if item.details.raises:
        result += [BLANK, Line("Raises:")]
        result += [
            Line(f"    {r.name}: ", "raises", r.name, hang=_DEEP) for r in item.details.raises
        ]
    if item.details.attributes:
        found = entries(item.details.attributes, "attribute", lambda p: f"    {p.name}: ", _DEEP)
        result += [BLANK, Line("Attributes:"), *found]
    return tuple(result)


GOOGLE = Style("google", FRAME, lines, escape, imperative=True)
