"""Documentation that is there already, as the tools of each style read it."""

from __future__ import annotations

from functools import lru_cache

from fimble.core.docstrings.reading import elements, fields, rows, sections, tags
from fimble.core.docstrings.reading.facts import Entry, Reading, Row

__all__ = ["Entry", "Reading", "Row", "read"]

_PROSE = frozenset(("go", "rust"))
"""Their documentation has no form for parameters."""


@lru_cache(maxsize=512)
def read(language_id: str, existing: str) -> Reading:
    """The rows of a documentation and the parameters that it names, whatever its style."""
    found = rows.split(language_id, existing)
    if not found or language_id in _PROSE:
        return Reading(tuple(found))
    if language_id == "python":
        return fields.read(found, sections.read(found))
    if language_id == "csharp":
        return elements.read(found)
    return tags.read(found, language_id)
