"""Offers to extract, inline, rename, rewrite and explain what is selected or at the cursor."""

from __future__ import annotations

import ast

from fimble.core import python, syntax
from fimble.core.actions.base import ActionContext, Offer
from fimble.core.python import Source
from fimble.core.refactor import (
    extract_function,
    extract_script,
    extract_variable,
    inline_variable,
    scopes,
)
from fimble.core.refactor.requests import REQUESTS

_LONG = 30
"""Lines from which a function may be worth splitting."""
EXTRACT, INLINE, REWRITE = "refactor.extract", "refactor.inline", "refactor.rewrite"


def refactor(context: ActionContext) -> tuple[Offer, ...]:
    """What is possible here, by the syntax tree alone."""
    place: dict[str, object] = {"start": context.start, "end": context.end}
    offers = [*_extractions(context, place), *_rewrites(context, place)]
    return tuple(offers)


def _extractions(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    if context.snapshot.language_id in extract_script.LANGUAGES:
        return _of_script(context, place)
    python_only = context.snapshot.language_id == "python"
    source = python.parse(context.snapshot.text) if python_only else None
    if source is None:
        return []
    if context.start == context.end:
        name = next(iter(source.around(context.start, context.start)), None)
        named = isinstance(name, ast.Name | ast.arg)
        offers = _of_name(source, context, place) if named else []
        return [*offers, *_splits(source, context, place)]
    offers = []
    function = extract_function.extractable(scopes.of_source(source), context.start, context.end)
    if not isinstance(function, str):
        kind = f"{EXTRACT}.function"
        offers.append(Offer("Extract function", kind, "extract_function", place))
    variable = extract_variable.extractable(source, context.start, context.end)
    if not isinstance(variable, str):
        kind = f"{EXTRACT}.variable"
        offers.append(Offer("Extract variable", kind, "extract_variable", place))
    return offers


def _of_script(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    snapshot = context.snapshot
    if context.start == context.end:
        return []
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    found = parsed and extract_script.extractable(parsed, context.start, context.end)
    if found is None or isinstance(found, str):
        return []
    return [Offer("Extract variable", f"{EXTRACT}.variable", "extract_variable", place)]


def _of_name(source: Source, context: ActionContext, place: dict[str, object]) -> list[Offer]:
    offers = [
        Offer("Rename to something meaningful", f"{REWRITE}.rename", "rename", place),
    ]
    found = inline_variable.inlinable(scopes.of_source(source), context.start)
    if not isinstance(found, str):
        title = f"Inline variable `{found.name}`"
        offers.append(Offer(title, f"{INLINE}.variable", "inline_variable", place))
    return offers


def _splits(source: Source, context: ActionContext, place: dict[str, object]) -> list[Offer]:
    function = source.function(context.start, context.start)
    if function is None or (function.end_lineno or 0) - function.lineno < _LONG:
        return []
    title = f"Split long function `{function.name}`"
    return [Offer(title, f"{EXTRACT}.split", "split", place)]


def _rewrites(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    text, language = context.snapshot.text, context.snapshot.language_id
    if context.start == context.end:
        return []
    selected = text[context.start : context.end]
    if not selected.strip():
        return []
    offers = []
    for name, request in REQUESTS.items():
        fits = not request.languages or language in request.languages
        if fits and (name != "async" or any(w in selected for w in (".then(", "callback"))):
            kind = f"{REWRITE}.{name}"
            offers.append(Offer(request.title, kind, "rewrite", {**place, "request": name}))
    offers.append(Offer("Explain this code", REWRITE, "explain", place))
    return offers
