"""JSDoc (jsdoc.app) and TSDoc (tsdoc.org)."""

from __future__ import annotations

import re

from fimble.core.docstrings.facts import Item, Parameter
from fimble.core.docstrings.skeleton import Line, Style, entries
from fimble.core.docstrings.styles.block import FRAME, escape, with_tags

_HANG = "  "
_LITERALS = (
    (r"['\"`].*", "string"),
    (r"-?[\d.]+", "number"),
    (r"true|false", "boolean"),
    (r"\[.*\]", "Array"),
    (r"\{.*\}", "object"),
    (r"new ([A-Z]\w*)\(.*", r"\1"),
)


def jsdoc_lines(item: Item) -> tuple[Line, ...]:
    """With types, as far as a default or a shape shows them; `*` is JSDoc's "any"."""
    tags = entries(item.details.parameters, "parameter", _jsdoc_parameter, _HANG)
    rest: list[Line] = []
    if item.details.returns_value:
        kind = "Promise<*>" if "async" in item.details.traits else "*"
        rest.append(Line(f"@returns {{{kind}}} ", "returns", hang=_HANG))
    if item.details.yields:
        rest.append(Line("@yields {*} ", "yields", hang=_HANG))
    rest += [
        Line(f"@throws {{{r.name}}} ", "raises", r.name, hang=_HANG) for r in item.details.raises
    ]
    return with_tags(Line(slot="summary"), [*tags, *rest])


def tsdoc_lines(item: Item) -> tuple[Line, ...]:
    """Without types, which the signature has; a destructured parameter is one parameter."""
    named = tuple(p for p in item.details.parameters if "." not in p.name.removeprefix("..."))
    rest: list[Line] = []
    rest += [Line(f"@typeParam {g} - ", "generic", g, hang=_HANG) for g in item.details.generics]
    rest += entries(named, "parameter", lambda p: f"@param {p.name.lstrip('.')} - ", _HANG)
    if item.details.returns_value and "get" not in item.details.traits:
        rest.append(Line("@returns ", "returns", hang=_HANG))
    if item.details.yields:
        rest.append(Line("@yields ", "yields", hang=_HANG))
    for raised in item.details.raises:
        rest.append(Line(f"@throws {raised.name} ", "raises", raised.name, hang=_HANG))
    return with_tags(Line(slot="summary"), rest)


def _jsdoc_parameter(parameter: Parameter) -> str:
    name, default = parameter.name.lstrip("."), parameter.default
    kind = _kind(parameter)
    if parameter.name.startswith("..."):
        return f"@param {{...{kind}}} {name} - "
    if default and len(default) <= 20 and re.fullmatch(r"[\w.'\"-]+|\[\]|\{\}", default):
        return f"@param {{{kind}}} [{name}={default}] - "
    return f"@param {{{kind}}} [{name}] - " if default else f"@param {{{kind}}} {name} - "


def _kind(parameter: Parameter) -> str:
    for pattern, kind in _LITERALS:
        match = re.fullmatch(pattern, parameter.default, re.DOTALL)
        if match:
            return match.expand(kind)
    if parameter.name in ("options", "items") or re.fullmatch(r"(options|items)\d", parameter.name):
        return "Array" if parameter.name.startswith("items") else "object"
    return "*"


def _escape_tsdoc(words: str) -> str:
    """Braces, tags and markup are syntax there."""
    return re.sub(r"([{}<>@])", r"\\\1", escape(words))


JSDOC = Style("jsdoc", FRAME, jsdoc_lines, escape)
TSDOC = Style("tsdoc", FRAME, tsdoc_lines, _escape_tsdoc)
