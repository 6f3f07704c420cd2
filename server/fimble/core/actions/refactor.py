"""Offers to extract, rename, rewrite and explain what is selected or stands at the cursor."""

from __future__ import annotations

import ast

from fimble.core import python
from fimble.core.actions.base import ActionContext, Offer
from fimble.core.refactor import extract_function, extract_variable, scopes
from fimble.core.refactor.requests import REQUESTS

EXTRACT, REWRITE = "refactor.extract", "refactor.rewrite"


def refactor(context: ActionContext) -> tuple[Offer, ...]:
    """What is possible here, by the syntax tree alone."""
    place: dict[str, object] = {"start": context.start, "end": context.end}
    offers = [*_extractions(context, place), *_rewrites(context, place)]
    return tuple(offers)


def _extractions(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    python_only = context.snapshot.language_id == "python"
    source = python.parse(context.snapshot.text) if python_only else None
    if source is None:
        return []
    if context.start == context.end:
        name = next(iter(source.around(context.start, context.start)), None)
        named = isinstance(name, ast.Name | ast.arg)
        title = "Rename to something meaningful"
        return [Offer(title, f"{REWRITE}.rename", "rename", place)] if named else []
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
