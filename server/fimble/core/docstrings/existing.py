"""Documentation that is there already: what it lacks, and what it says of nothing that is there.

Only what is understood is judged. Where a documentation says something in a form that no tool of
its style reads, or may mean something that the signature does not show, nothing is claimed.
"""

from __future__ import annotations

import re

from fimble.core.docstrings import reading
from fimble.core.docstrings.facts import Item, Parameter
from fimble.core.docstrings.reading import Entry, Row
from fimble.core.docstrings.reading.facts import bare

__all__ = ["bare", "entries", "missing", "root", "vanished"]

_RECEIVERS = ("self", "cls")
"""What a function that becomes a method elsewhere calls its first parameter."""
_WORD = re.compile(r"[^\W\d]\w*")
_REMOVED = re.compile(r"\b(?:was|were|been) removed (?:in|from|since)\b", re.IGNORECASE)


def entries(language_id: str, existing: str) -> tuple[Entry, ...]:
    """The parameters that a documentation names, whatever its style."""
    return reading.read(language_id, existing).entries


def root(name: str) -> str:
    """The parameter that a name belongs to: of "options.deep" it is "options"."""
    return bare(name).split(".")[0]


def missing(item: Item, language_id: str) -> tuple[str, ...]:
    """Parameters that a documentation with parameters does not name."""
    found = reading.read(language_id, item.place.existing)
    named = _named(found.entries)
    parameters = item.details.parameters
    if not named or not found.whole or _free(item):
        return ()
    keys = named - {bare(p.name) for p in parameters} - _starred(found.entries)
    keys = keys if len(keys) > 1 or any(p.name.startswith("**") for p in parameters) else set()
    called = _called(item, found.rows)
    lacking = tuple(
        bare(p.name)
        for p in parameters
        if "." not in bare(p.name)
        and not (called and p.default and bare(p.name) not in called)
        and bare(p.name) not in named | found.seen
        and not bare(p.name).startswith("_")
        and not (p.name.startswith(("*", "...")) and (keys or found.seen))
        and not (p.name.startswith("&") and language_id == "ruby" and found.blocks)
        and p.name[: -len(bare(p.name))] not in found.stars
        and not (found.annotates and p.annotation)
        and not (language_id == "python" and p is parameters[0] and p.name in _RECEIVERS)
    )
    starred = any(p.name.startswith("*") for p in parameters)
    return lacking[found.listed and not starred :]


def vanished(item: Item, language_id: str) -> tuple[str, ...]:
    """Names that a function's documentation gives to parameters that do not exist."""
    if item.kind != "function":
        return ()
    read = reading.read(language_id, item.place.existing)
    found = tuple(e for e in read.entries if not _is_gone(e, read.rows))
    if not found or _free(item):
        return ()
    stars = any(parameter.name.startswith("*") for parameter in item.details.parameters)
    known = _called(item, read.rows) if stars else set[str]()
    known |= {bare(parameter.name) for parameter in item.details.parameters}
    known |= {name.lstrip("_") for name in known} | set(item.details.generics)
    said = [n for e in found if not e.typed for n in e.names if root(n) not in known]
    if _open(item.details.parameters, _named(found), len(set(said))):
        said = [name for name in said if name in _starred(found)]
    return tuple(dict.fromkeys(said))


def _called(item: Item, rows: tuple[Row, ...]) -> set[str]:
    """The words of the call that a documentation begins with: it is about that signature."""
    text = "\n".join(row.words for row in rows)
    call = re.match(rf"\s*{re.escape(item.name)}\(([^)]*)\)", text) if item.name else None
    return set(_WORD.findall(call[1])) if call is not None else set()


def _is_gone(entry: Entry, rows: tuple[Row, ...]) -> bool:
    """Whether an entry itself says that what it documents is no parameter any more."""
    text = " ".join(row.words.strip() for row in rows[entry.first : entry.last + 1])
    return _REMOVED.search(text) is not None


def _starred(found: tuple[Entry, ...]) -> set[str]:
    return {name for entry in found for name in entry.starred}


def _free(item: Item) -> bool:
    """Whether a parameter is destructured: documentation chooses a name for it."""
    return any(parameter.free for parameter in item.details.parameters)


def _named(found: tuple[Entry, ...]) -> set[str]:
    return {root(name) for entry in found if not entry.typed for name in entry.names}


def _open(parameters: tuple[Parameter, ...], named: set[str], others: int) -> bool:
    """Whether other names may be right: of keys of `**kwargs`, of items of an unnamed `*args`.

    One name alone is no list of items: more likely it is an old name of `*args` itself.
    """
    return any(
        p.name.startswith("**")
        or (others > 1 and p.name.startswith(("*", "...")) and bare(p.name) not in named)
        for p in parameters
    )
