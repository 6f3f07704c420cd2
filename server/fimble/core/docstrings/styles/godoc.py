"""Go doc comments ("Go Doc Comments"): prose that begins with the name."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Frame, Line, Style, unchanged

FRAME = Frame("", "// ", "")


def lines(item: Item) -> tuple[Line, ...]:
    """A sentence that begins with the name; then when it fails and when it panics."""
    result = [Line(f"{item.name} ", "summary")]
    if "error" in item.details.traits:
        result.append(Line("It returns an error if ", "raises", "error"))
    if "panics" in item.details.traits:
        result.append(Line("It panics if ", "panics"))
    return tuple(result)


GODOC = Style("godoc", FRAME, lines, unchanged)
