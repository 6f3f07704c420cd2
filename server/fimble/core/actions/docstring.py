"""Offers documentation: of the item at the cursor, of the module, of the whole file."""

from __future__ import annotations

from fimble.core.actions.base import ActionContext, Offer
from fimble.core.docstrings import check, existing, languages
from fimble.core.docstrings.facts import Item

KIND = "refactor.rewrite.docstring"


def docstring(context: ActionContext) -> tuple[Offer, ...]:
    """What of the documentation at the selection is missing or outdated."""
    if not context.wants(KIND):
        return ()
    items = languages.items(context.snapshot)
    item = languages.at(items, context.start)
    found: list[Offer] = []
    if item is not None and item.documentable:
        found += _item(item, context.snapshot.language_id)
    module = next((i for i in items if i.kind == "module"), None)
    if module is not None and item is None and not module.place.existing:
        found.append(Offer("Document this module", KIND, "docstring.document", {"module": True}))
    bare = check.undocumented(items)
    if len(bare) > 1:
        title = f"Document everything undocumented in this file ({len(bare)})"
        found.append(Offer(title, f"{KIND}.all", "docstring.all"))
    return tuple(found)


def _item(item: Item, language_id: str) -> list[Offer]:
    what = f"{item.kind} '{item.name}'"
    place = {"start": item.start}
    if not item.place.existing:
        return [Offer(f"Document {what}", KIND, "docstring.document", place)]
    if existing.missing(item, language_id) or existing.vanished(item, language_id):
        return [Offer(f"Update the documentation of {what}", KIND, "docstring.update", place)]
    return []
