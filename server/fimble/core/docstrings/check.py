"""What is wrong with the documentation of a file, found without a model."""

from __future__ import annotations

from dataclasses import dataclass

from fimble.core.docstrings import existing
from fimble.core.docstrings.facts import Item


@dataclass(frozen=True)
class Problem:
    """One thing that documentation lacks or says wrongly.

    Attributes:
        item: Where.
        message: What, as a sentence without a full stop.
    """

    item: Item
    message: str


def undocumented(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Public items without documentation."""
    return tuple(
        item
        for item in items
        if item.public and item.documentable and not item.inherits and not item.place.existing
    )


def problems(
    language_id: str, items: tuple[Item, ...], *, private: bool = False
) -> tuple[Problem, ...]:
    """What public items lack, and what documentation contradicts.

    Args:
        language_id: Of the document.
        items: All of the document's.
        private: Whether nothing of it is public, so that nothing has to be documented.
    """
    found = [
        Problem(item, f"{item.kind} {item.qualname}".strip() + " has no documentation")
        for item in (() if private else undocumented(items))
    ]
    for item in items:
        found += [
            Problem(item, f"{item.qualname} does not document its parameter {name}")
            for name in existing.missing(item, language_id)
        ]
        found += [
            Problem(item, f"{item.qualname} documents {name}, which is no parameter")
            for name in existing.vanished(item, language_id)
        ]
    return tuple(sorted(found, key=lambda problem: problem.item.start))
