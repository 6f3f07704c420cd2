"""Sphinx field lists (Sphinx manual, "Info field lists"); types stay in the signature."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item, Parameter
from fimble.core.docstrings.skeleton import BLANK, Line, Style, entries
from fimble.core.docstrings.styles.python import FRAME, escape

_HANG = "    "
_STAR = r"\*"


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, then one list of fields."""
    summary = Line(slot="summary")
    if "property" in item.details.traits:
        return (summary,)
    fields = [
        *entries(item.details.parameters, "parameter", _parameter, _HANG),
        *entries(item.details.attributes, "attribute", lambda p: f":ivar {p.name}: ", _HANG),
    ]
    if item.details.returns_value:
        fields.append(Line(":returns: ", "returns", hang=_HANG))
    if item.details.yields:
        fields.append(Line(":yields: ", "yields", hang=_HANG))
    fields += [
        Line(f":raises {r.name}: ", "raises", r.name, hang=_HANG) for r in item.details.raises
    ]
    return (summary, BLANK, *fields) if fields else (summary,)


def _parameter(parameter: Parameter) -> str:
    """A star would begin emphasis: so it is escaped."""
    return f":param {parameter.name.replace('*', _STAR)}: "


SPHINX = Style("sphinx", FRAME, lines, escape, imperative=True)
