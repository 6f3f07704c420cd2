"""Existing documentation brought up to date: only entries of parameters come and go."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from fimble.core.docstrings import existing, reading, skeleton
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.reading import Entry, Reading, Row
from fimble.core.docstrings.reading.facts import RULE
from fimble.core.docstrings.skeleton import Line, Style

_BETWEEN = r"[ \t]{0,4}(?:,|/|\||&|\band\b|\bor\b)[ \t]{0,4}"
_MARKS = ("#", "///", "//!", "//")
_STARS = r"[\\*`]*"


def summary(item: Item, style: Style) -> str:
    """The first sentence that is there, as the model is to read it."""
    lines = (line.strip(" \t\"'/*#!<>") for line in item.place.existing.splitlines())
    first = next((line for line in lines if line and line != "summary"), "")
    return first.removeprefix(item.name).strip() if style.name == "godoc" else first


def form(item: Item, language_id: str) -> str:
    """The style of the entries that are there, "" where they do not show one."""
    found = existing.entries(language_id, item.place.existing)
    name = next((entry.form for entry in found if not entry.typed), "")
    return name if name in ("google", "numpy", "sphinx") else ""


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
    text = item.place.existing.replace("\r\n", "\n")
    found = reading.read(language_id, text)
    if not found.entries:
        return text
    gone = set(existing.vanished(item, language_id))
    inserted = _inserted(item, style, found, lines, words, width)
    rows: list[Row | None] = list(found.rows)
    for entry in found.entries:
        if set(entry.names) <= gone:
            rows[entry.first : entry.last + 1] = [
                _hollow(row) for row in found.rows[entry.first : entry.last + 1]
            ]
        else:
            for name in set(entry.names) & gone:
                rows[entry.first] = _without(rows[entry.first] or found.rows[entry.first], name)
    _close_gaps(rows, found, inserted)
    return _joined(rows, inserted, item.place.indent)


def _hollow(row: Row) -> Row | None:
    """What stays of a row that goes: the frame, where it opens or ends the documentation."""
    if row.lead.strip() in ("", "*", *_MARKS) and not row.tail:
        return None
    return Row(row.lead, row.indent if row.tail and not row.lead.strip() else "", row.tail)


def _without(row: Row, name: str) -> Row:
    """A row that names several parameters without one of them."""
    own = rf"{_STARS}\b{re.escape(name)}\b{_STARS}"
    words, count = re.subn(rf"{_BETWEEN}{own}(?!\w)", "", row.words, count=1)
    if not count:
        words = re.sub(rf"{own}{_BETWEEN}", "", row.words, count=1)
    return Row(row.lead, words, row.tail)


def _close_gaps(rows: list[Row | None], found: Reading, inserted: Mapping[int, list[str]]) -> None:
    """Takes out the titles of sections that became empty, and blank rows that nothing parts."""
    for title, last in {entry.section for entry in found.entries}:
        below = [_words(rows, n) for n in range(title + 1, last + 1)]
        untitled = any(entry.first == title for entry in found.entries)
        filled = any(words.strip() and not RULE.fullmatch(words) for words in below)
        if untitled or filled or any(n in inserted for n in range(title, last + 2)):
            continue
        rows[title : last + 1] = [
            _hollow(row) if row is not None else None for row in rows[title : last + 1]
        ]
    for index, row in enumerate(rows):
        if row is None and index and rows[index - 1] is not None:
            _close_gap(rows, index, inserted)


def _words(rows: list[Row | None], index: int) -> str:
    row = rows[index]
    return row.words if row is not None else ""


def _close_gap(rows: list[Row | None], start: int, inserted: Mapping[int, list[str]]) -> None:
    """Where rows went from between two blank ones, one of these goes too."""
    end = next((n for n in range(start, len(rows)) if rows[n] is not None), len(rows))
    if any(n in inserted for n in range(start, end + 1)):
        return
    below = rows[end] if end < len(rows) else None
    above = rows[start - 1]
    frame = above is not None and _hollow(above) is not None
    if above is None or not above.blank or frame:
        return
    if below is None or below.blank:
        rows[start - 1] = None


def _joined(rows: list[Row | None], inserted: Mapping[int, list[str]], indent: str) -> str:
    """The rows as text; what comes behind the last one moves the end to a line of its own."""
    out: list[str] = []
    for index, row in enumerate(rows):
        out += inserted.get(index, [])
        if row is not None:
            out.append(row.text)
    behind = inserted.get(len(rows), [])
    last = rows[-1]
    if behind and last is not None and last.tail:
        space = " " if last.tail.startswith(("*", " *")) else ""
        said = (last.lead + last.words).rstrip()
        closing = indent + space + last.tail.strip()
        out[-1:] = [said, *behind, closing] if said else [*behind, closing]
        return "\n".join(out)
    return "\n".join(out + behind)


def _inserted(
    item: Item,
    style: Style,
    found: Reading,
    lines: tuple[Line, ...],
    words: Mapping[str, str],
    width: int,
) -> dict[int, list[str]]:
    """New lines by the index of the row that they stand before: in the signature's order."""
    new = {
        existing.bare(line.about): tuple(_with_head(lines, index))
        for index, line in enumerate(lines)
        if line.slot == "parameter"
    }
    places: dict[int, list[str]] = {}
    first = next(entry for entry in found.entries if not entry.typed)
    anchor, at = first, first.first
    for parameter in item.details.parameters:
        name = existing.bare(parameter.name)
        own = [e for e in found.entries if name in map(existing.root, e.names)]
        if own:
            anchor = next((e for e in own if not e.typed), own[0])
            at = max(entry.last for entry in own) + 1
        elif name in new:
            written = _lines(item, style, found, anchor, new[name], words, width)
            spaced = _spaced(found, anchor)
            above = at > anchor.first
            blank = [_blank(found.rows[anchor.first])] if spaced else []
            places.setdefault(at, []).extend([*blank, *written] if above else [*written, *blank])
    return places


def _blank(row: Row) -> str:
    return row.lead.rstrip() if row.lead.strip() in ("*", *_MARKS) else ""


def _spaced(found: Reading, anchor: Entry) -> bool:
    """Whether blank rows part all the entries of a section."""
    entries = [e for e in found.entries if e.section == anchor.section]
    pairs = list(itertools.pairwise(entries))
    return bool(pairs) and all(found.rows[b.first - 1].blank for _, b in pairs)


def _lines(
    item: Item,
    style: Style,
    found: Reading,
    anchor: Entry,
    own: tuple[Line, ...],
    words: Mapping[str, str],
    width: int,
) -> list[str]:
    """The lines of one new entry, framed and indented as the entry beside it."""
    row = found.rows[anchor.first]
    lead, indent = _margin(item, found, anchor)
    step = _step(found, anchor)
    shown = skeleton.paragraphs(style, own, words, width - len((lead + indent).expandtabs(4)))
    margin = min((len(s) - len(s.lstrip()) for s in shown), default=0)
    out = []
    for index, text in enumerate(shown):
        body = text.strip()
        if index == 0 and anchor.form == "tags" and row.words.lstrip().startswith("\\"):
            body = body.replace("@", "\\", 1)
        if index == 0 and anchor.form == "sphinx" and "r" not in found.rows[0].lead.lower():
            body = body.replace("\\", "\\\\")
        deep = len(text) - len(text.lstrip()) > margin
        out.append(f"{lead}{indent}{step if deep else ''}{body}".rstrip())
    return out


def _margin(item: Item, found: Reading, anchor: Entry) -> tuple[str, str]:
    """What stands before an entry: that of the one beside it, unless this opens the frame."""
    row = found.rows[anchor.first]
    if anchor.first or not row.lead.strip():
        return row.lead, row.indent
    if row.lead.strip() in _MARKS:
        return item.place.indent + row.lead.strip(), row.indent
    if anchor.form in ("tags", "elements"):
        return f"{item.place.indent} *", " "
    return "", item.place.indent


def _step(found: Reading, anchor: Entry) -> str:
    """One step of indentation below an entry's head."""
    row = found.rows[anchor.first]
    for below in found.rows[anchor.first + 1 : anchor.last + 1]:
        if not below.blank and below.depth > row.depth and below.indent.startswith(row.indent):
            return below.indent[len(row.indent) :]
    if anchor.form == "google":
        above = found.rows[anchor.section[0]]
        if anchor.section[0] and row.indent.startswith(above.indent):
            return row.indent[len(above.indent) :]
    if "\t" in row.indent and not row.lead.strip():
        return "\t"
    return "  " if anchor.form == "tags" and row.lead.strip() in ("*", "#") else "    "
