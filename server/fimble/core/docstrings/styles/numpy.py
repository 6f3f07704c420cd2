"""The style of numpydoc (numpydoc manual, "Style guide")."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item, Parameter
from fimble.core.docstrings.skeleton import BLANK, Line, Style
from fimble.core.docstrings.styles.python import FRAME, escape


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, Parameters, Returns or Yields, Raises, Attributes; empty ones are left out."""
    result = [Line(slot="summary")]
    if "property" in item.details.traits:
        return tuple(result)
    if item.details.parameters:
        result += _section("Parameters")
        for parameter in item.details.parameters:
            result += _entry(_typed(parameter), "parameter", parameter.name)
    if item.details.returns_value:
        result += [*_section("Returns"), *_entry(item.details.returns or "object", "returns")]
    if item.details.yields:
        result += [*_section("Yields"), *_entry(_yielded(item.details.returns), "yields")]
    if item.details.raises:
        result += _section("Raises")
        for raised in item.details.raises:
            result += _entry(raised.name, "raises", raised.name)
    if item.details.attributes:
        result += _section("Attributes")
        for attribute in item.details.attributes:
            result += _entry(_typed(attribute), "attribute", attribute.name)
    return tuple(result)


def _section(title: str) -> list[Line]:
    return [BLANK, Line(title), Line("-" * len(title))]


def _entry(head: str, slot: str, about: str = "") -> list[Line]:
    return [Line(head), Line("    ", slot, about, hang="    ")]


def _typed(parameter: Parameter) -> str:
    return f"{parameter.name} : {parameter.annotation}" if parameter.annotation else parameter.name


def _yielded(annotation: str) -> str:
    """The element type of an iterator's annotation; of a generator's the first argument."""
    inner = annotation.partition("[")[2].rstrip("]")
    depth = 0
    for index, character in enumerate(inner):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            return inner[:index]
    return inner + "]" * inner.count("[") if "[" in inner else inner or "object"


NUMPY = Style("numpy", FRAME, lines, escape, imperative=True)
