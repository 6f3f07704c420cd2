"""C# XML documentation comments (ECMA-334, annex D)."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Frame, Line, Style

FRAME = Frame("", "/// ", "")


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, type parameters, parameters, return value, exceptions."""
    result = [Line("<summary>"), Line(slot="summary"), Line("</summary>")]
    for generic in item.details.generics:
        head = f'<typeparam name="{generic}">'
        result.append(Line(head, "generic", generic, "</typeparam>"))
    for parameter in item.details.parameters:
        head = f'<param name="{parameter.name}">'
        result.append(Line(head, "parameter", parameter.name, "</param>"))
    if item.details.returns_value:
        result.append(Line("<returns>", "returns", tail="</returns>"))
    for raised in item.details.raises:
        head = f'<exception cref="{raised.name}">'
        result.append(Line(head, "raises", raised.name, "</exception>"))
    return tuple(result)


def escape(words: str) -> str:
    """As XML text."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


XMLDOC = Style("xmldoc", FRAME, lines, escape)
