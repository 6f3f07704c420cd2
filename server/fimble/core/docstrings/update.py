"""Existing documentation brought up to date: only entries of parameters come and go."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fimble.core.docstrings import existing, skeleton
from fimble.core.docstrings.existing import Entry
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style

_RULE = re.compile(r"\s*-{3,}\s*")


def summary(item: Item, style: Style) -> str:
    """The first sentence that is there, as the model is to read it."""
    lines = (line.strip(" \t\"'/*#!<>") for line in item.place.existing.split("\n"))
    first = next((line for line in lines if line and line != "summary"), "")
    return first.removeprefix(item.name).strip() if style.name == "godoc" else first


def wanted(item: Item, style: Style, language_id: str) -> tuple[Line, ...]:
    """The skeleton of what is missing: the summary, then each new parameter's lines."""
    names = existing.missing(item, language_id)
    lines = style.lines(item)
    found: list[Line] = [line for line in lines if line.slot == "summary"]
    for index, line in enumerate(lines):
        if line.slot == "parameter" and existing.bare(line.about) in names:
            found += _with_head(lines, index)
    return tuple(found)


def _with_head(lines: tuple[Line, ...], index: int) -> list[Line]:
    """A slot's line, after the line that names its parameter where that is another one."""
    line = lines[index]
    return [line] if line.head.strip() else [lines[index - 1], line]


def updated(
    item: Item,
    style: Style,
    language_id: str,
    lines: tuple[Line, ...],
    words: Mapping[str, str],
    width: int,
) -> str:
    """The existing text without vanished parameters and with the new ones in their places.

    Args:
        item: What is documented.
        style: Of the new entries.
        language_id: Of the document.
        lines: What is to come, of `wanted`.
        words: What fills it.
        width: The longest line, in columns.
    """
    text = item.place.existing.replace("\r\n", "\n").split("\n")
    entries = existing.entries(language_id, item.place.existing.replace("\r\n", "\n"))
    gone = _gone(item, language_id, text, entries)
    arriving = _arriving(item, style, lines, words, width)
    if not arriving and len({e.name for e in entries} - _names(gone, entries)) == 0:
        gone |= _section(text, entries)
    inserted = _placed(item, entries, arriving)
    out: list[str] = []
    for index, line in enumerate(text):
        out += inserted.get(index, [])
        if index not in gone:
            out.append(line)
    return "\n".join(out + inserted.get(len(text), []))


def _gone(item: Item, language_id: str, text: list[str], entries: tuple[Entry, ...]) -> set[int]:
    """Lines of parameters that vanished; lines that another parameter shares stay."""
    names = set(existing.vanished(item, language_id))
    kept = {n for e in entries if e.name not in names for n in range(e.first, e.last + 1)}
    lines = {n for e in entries if e.name in names for n in range(e.first, e.last + 1)}
    typed = {n for n, line in enumerate(text) for name in names if f":type {name}:" in line}
    return (lines | typed) - kept


def _names(gone: set[int], entries: tuple[Entry, ...]) -> set[str]:
    return {entry.name for entry in entries if entry.first in gone}


def _section(text: list[str], entries: tuple[Entry, ...]) -> set[int]:
    """The title of a section that has become empty, its rule, and one blank line above."""
    first = min((entry.first for entry in entries), default=0)
    lines: set[int] = set()
    index = first - 1
    if index >= 0 and _RULE.fullmatch(text[index]):
        lines.add(index)
        index -= 1
    if index > 0 and re.fullmatch(r"\s*\w[\w ]*:?\s*", text[index]):
        lines.add(index)
        if not text[index - 1].strip():
            lines.add(index - 1)
    return lines


def _arriving(
    item: Item, style: Style, lines: tuple[Line, ...], words: Mapping[str, str], width: int
) -> dict[str, list[str]]:
    """The new text lines of each parameter."""
    indent, prefix = item.place.indent, style.frame.prefix
    room = width - len(indent.expandtabs(4)) - len(prefix)
    found: dict[str, list[str]] = {}
    for index, line in enumerate(lines):
        if line.slot == "parameter":
            own = tuple(_with_head(lines, index))
            shown = skeleton.paragraphs(style, own, words, room)
            found[existing.bare(line.about)] = [
                f"{indent}{prefix}{part}".rstrip() for part in shown
            ]
    return found


def _placed(
    item: Item, entries: tuple[Entry, ...], arriving: Mapping[str, list[str]]
) -> dict[int, list[str]]:
    """New lines by the index of the line that they stand before: in the signature's order."""
    places: dict[int, list[str]] = {}
    last = {entry.name: entry.last + 1 for entry in entries}
    at = min((entry.first for entry in entries), default=0)
    for parameter in item.details.parameters:
        name = existing.bare(parameter.name)
        if name in arriving:
            places.setdefault(at, []).extend(arriving[name])
        else:
            at = last.get(name, at)
    return places
