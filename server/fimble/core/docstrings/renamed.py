"""A renamed parameter, in the documentation that names it."""

from __future__ import annotations

import re

from fimble.core.docstrings import existing, languages, reading
from fimble.core.docstrings.facts import Item
from fimble.core.text.snapshot import Edit, Snapshot


def edits(snapshot: Snapshot, start: int, end: int, old: str, new: str) -> tuple[Edit, ...]:
    """What renames a parameter in its entries.

    Args:
        snapshot: The document.
        start: Where the function that owns the variable begins.
        end: Where it ends.
        old: The variable's name; nothing is edited if it is no parameter.
        new: Its new name.
    """
    found = [
        item
        for item in languages.items(snapshot)
        if item.kind == "function"
        and item.start <= start
        and item.end <= max(end, start)
        and old in {existing.bare(p.name) for p in item.details.parameters}
    ]
    return tuple(_edits(snapshot, found[-1], old, new)) if found else ()


def _edits(snapshot: Snapshot, item: Item, old: str, new: str) -> list[Edit]:
    found: list[Edit] = []
    lines = item.place.existing.split("\n")
    starts = [item.place.start]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for entry in reading.read(snapshot.language_id, item.place.existing).entries:
        if old not in map(existing.root, entry.names):
            continue
        at = _name(snapshot.language_id, lines[entry.first], old)
        if at is not None:
            at += starts[entry.first]
            found.append(Edit(at, at + len(old), new))
    return found


def _name(language_id: str, line: str, old: str) -> int | None:
    """Where an entry's first line names the parameter: behind its type, if that stands first."""
    start = 0
    tag = re.match(r"[\s/*#!]*[@\\]\w+\s*", line)
    if tag is not None and language_id != "ruby":
        start = tag.end()
        depth = 0
        for index in range(start, len(line)):
            depth += (line[index] in "{[(<") - (line[index] in "}])>")
            if depth == 0:
                start = index if line[start] in "{" else start
                break
    field = re.match(r"\s*:\w+[^:]*:", line) if language_id == "python" else None
    pattern = re.compile(rf"(?<![\w$]){re.escape(old)}(?![\w$])")
    found = list(pattern.finditer(line, start, field.end() if field is not None else len(line)))
    if not found:
        return None
    return (found[-1] if field is not None else found[0]).start()
