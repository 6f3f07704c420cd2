"""Field lists, as docutils and Sphinx read them; they may stand beside sections."""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.docstrings.reading.facts import Entry, Reading, Row, bare, starred

_FIELD = re.compile(
    r"\s*:(?P<kind>param|parameter|arg|argument|key|keyword|kwarg|kwparam|type|paramtype|kwtype)"
    r"\s(?P<about>(?:[^:\\]|\\.|:(?!\s|$))+):(?=\s|$)"
)
_TYPES = ("type", "paramtype", "kwtype")
_NAME = re.compile(r"[*\\`]*[^\W\d]\w*[`]*")


def read(rows: list[Row], others: Reading) -> Reading:
    """The fields, added to what sections say."""
    entries, seen = list(others.entries), set(others.seen)
    for index, row in enumerate(rows):
        match = _FIELD.match(row.words)
        if match is None:
            continue
        names = _named(match["about"])
        last = _last(rows, index)
        if names:
            typed = match["kind"] in _TYPES
            own, marked = tuple(map(bare, names)), starred(names)
            entries.append(Entry(own, index, last, "sphinx", (index, last), typed, marked))
        else:
            seen |= set(re.findall(r"\w+", match["about"]))
    entries.sort(key=lambda entry: entry.first)
    return replace(others, entries=tuple(entries), seen=frozenset(seen))


def _named(about: str) -> tuple[str, ...]:
    """The names: the last word, or all where nothing but names stands there."""
    parts = [part.strip() for part in about.split(",")]
    if all(_NAME.fullmatch(part) for part in parts):
        return tuple(part.strip("`") for part in parts)
    word = about.split()[-1]
    return (word.strip("`"),) if _NAME.fullmatch(word) else ()


def _last(rows: list[Row], first: int) -> int:
    """A field goes on as long as its rows are indented deeper."""
    last = first
    for index in range(first + 1, len(rows)):
        if rows[index].blank:
            continue
        if rows[index].depth <= rows[first].depth or first == 0:
            break
        last = index
    return last
