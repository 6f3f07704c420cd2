"""Offers to extract, inline, rename, rewrite and explain what is selected or at the cursor."""

from __future__ import annotations

from fimble.core.actions.base import ActionContext, Offer
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import Refactoring
from fimble.core.refactor.requests import REQUESTS
from fimble.core.text import python

_LONG = 30
"""Lines from which a function may be worth splitting."""
EXTRACT, INLINE, REWRITE = "refactor.extract", "refactor.inline", "refactor.rewrite"


def refactor(context: ActionContext) -> tuple[Offer, ...]:
    """What is possible here, by the syntax tree alone."""
    place: dict[str, object] = {"start": context.start, "end": context.end}
    offers = [*_extractions(context, place), *_rewrites(context, place)]
    return tuple(offers)


def _extractions(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    if context.is_long:
        return []
    language = by_language.of(context.snapshot)
    if isinstance(language, str):
        return []
    if context.start == context.end:
        return [*_of_name(language, context, place), *_splits(context, place)]
    offers = []
    if not isinstance(language.extract_function(context.start, context.end), str):
        kind = f"{EXTRACT}.function"
        offers.append(Offer("Extract function", kind, "extract_function", place))
    if not isinstance(language.extract_variable(context.start, context.end), str):
        kind = f"{EXTRACT}.variable"
        offers.append(Offer("Extract variable", kind, "extract_variable", place))
    return offers


def _of_name(
    language: Refactoring, context: ActionContext, place: dict[str, object]
) -> list[Offer]:
    offers, inlined = list[Offer](), language.inline_variable(context.start)
    if not isinstance(language.variable(context.start), str):
        kind = f"{REWRITE}.rename"
        offers.append(Offer("Rename to something meaningful", kind, "rename", place))
    if not isinstance(inlined, str):
        title, kind = f"Inline variable `{inlined[0]}`", f"{INLINE}.variable"
        offers.append(Offer(title, kind, "inline_variable", place))
    return offers


def _splits(context: ActionContext, place: dict[str, object]) -> list[Offer]:
    python_only = context.snapshot.language_id == "python"
    source = python.parse(context.snapshot.text) if python_only else None
    function = source.function(context.start, context.start) if source else None
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
