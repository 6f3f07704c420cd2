"""C#'s XML elements."""

from __future__ import annotations

import re

from fimble.core.docstrings.reading.facts import Entry, Reading, Row, bare

_OPENING = re.compile(r"""<param\s+name\s*=\s*(["'])(?P<name>[^"']+)\1\s*(?P<closed>/?)>""")
_ELSEWHERE = re.compile(r"<(?:inheritdoc|include)\b", re.IGNORECASE)


def read(rows: list[Row]) -> Reading:
    """The `<param>` elements that have their rows for themselves."""
    entries: list[Entry] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        for match in _OPENING.finditer(row.words):
            name = bare(match["name"])
            last = _last(rows, index, match)
            if last is None or row.words[: match.start()].strip():
                seen.add(name)
            else:
                entries.append(Entry((name,), index, last, "elements", (index, last)))
    whole = not any(_ELSEWHERE.search(row.words) for row in rows)
    return Reading(tuple(rows), tuple(entries), frozenset(seen), whole)


def _last(rows: list[Row], first: int, opening: re.Match[str]) -> int | None:
    """The row on which an element ends, None where something else follows it there."""
    rest = rows[first].words[opening.end() :]
    if opening["closed"]:
        return None if rest.strip() else first
    for index in range(first, len(rows)):
        said = rest if index == first else rows[index].words
        end = said.find("</param>")
        if _OPENING.search(said if end < 0 else said[:end]):
            return None
        if end >= 0:
            return None if said[end + len("</param>") :].strip() else index
    return None
