"""Sections of Google's and NumPy's styles, as napoleon, numpydoc and pydoclint read them."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace

from fimble.core.docstrings.reading.facts import RULE, Entry, Form, Reading, Row, bare, starred

_TITLE = re.compile(
    r"\s*(?:(?:keyword|other)\s+)?(?:args|arguments|params|parameters)\s*(?P<colon>:?)\s*",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:rest of the|(?:the|all|for) (?:other|remaining)|same)\s+(?:keyword\s+)?(?:param|arg)"
    r"|^[^\S\n]*(?!<BLANKLINE>)[$%]?[({<]+\w+[)}>]+s?[^\S\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Prose that leads to the other parameters, or a place into which a program puts them.

An empty line in the output of a doctest is no such place.
"""

_LISTED = re.compile(r"^[^\S\n]*[^\W\d]\w*(?:,[^\S\n]*\w+)*,[^\S\n]*\.\.\.[^\S\n]*:", re.MULTILINE)
"""The items of one parameter: `a1, a2, ... : int`."""

_FULL = r"\bfor\s+(?:the\s+)?(?:full|complete)\s+(?:\w+\s+)?documentation\b"
_STARS = (
    ("*", re.compile(rf"\bpositional\s+arg(?:ument)?s\b|{_FULL}", re.IGNORECASE)),
    ("**", re.compile(rf"\bkeyword\s+arg(?:ument)?s\b(?!\s*:)|{_FULL}", re.IGNORECASE)),
)
"""Prose that tells of parameters with stars."""

_TYPE_ROWS = 8
"""The most rows over which a type in brackets may stand."""

_BETWEEN = re.compile(r"\s*(?:,|/|\||&|\band\b|\bor\b)\s*")
_NAME = re.compile(r"(?:\\*\*){0,2}[^\W\d]\w*")
_NAMES = re.compile(rf"{_NAME.pattern}(?:{_BETWEEN.pattern}{_NAME.pattern})*")
_QUOTED = re.compile(r"(`{1,2}|\*{1,2})([^`*\\]+)\1")
_NOTES = re.compile(
    r"Attention|Caution|Danger|Defaults?|Error|Examples?|Hint|Important|Notes?|Optional|Raises"
    r"|References|Required|Returns|See|Tip|Todo|TODO|Warnings?|Yields"
)
"""What begins a remark rather than an entry."""


def read(rows: list[Row]) -> Reading:
    """The entries of all sections of parameters."""
    entries: list[Entry] = []
    seen: set[str] = set()
    nested = _nested(rows)
    for index, row in enumerate(rows):
        title = _TITLE.fullmatch(row.words)
        if title is None or index + 1 >= len(rows) or nested[index]:
            continue
        ruled = RULE.fullmatch(rows[index + 1].words) is not None
        if not ruled and not title["colon"]:
            continue
        form: Form = "numpy" if ruled else "google"
        start = index + (2 if ruled else 1)
        end = _end(rows, start, _margin(rows, index), ruled=ruled)
        found, unclear = _entries(rows, start, end, form, index)
        entries += found
        seen |= unclear
    said = "\n".join(row.words for row in rows)
    whole = not _ELSEWHERE.search(said)
    stars = frozenset(star for star, prose in _STARS if prose.search(said))
    return Reading(
        tuple(rows),
        tuple(entries),
        frozenset(seen),
        whole,
        stars=stars,
        listed=_LISTED.search(said) is not None,
    )


def _margin(rows: list[Row], title: int) -> int:
    """The columns before a title; the first row's stand behind the quotation marks."""
    return rows[title].depth if title else -1


def _nested(rows: list[Row]) -> list[bool]:
    """Whether each row stands in an example or another section: below a deeper "title:"."""
    found, above = list[bool](), list[Row]()
    for index, row in enumerate(rows):
        while above and above[-1].depth >= row.depth:
            above.pop()
        found.append(bool(above) and above[-1].words.rstrip().endswith(":"))
        if index and not row.blank:
            above.append(row)
    return found


def _end(rows: list[Row], start: int, margin: int, *, ruled: bool) -> int:
    """The index behind a section's last row."""
    for index in range(start, len(rows)):
        row = rows[index]
        below = rows[index + 1] if index + 1 < len(rows) else None
        if row.blank:
            continue
        if ruled and (row.depth < margin or (below is not None and RULE.fullmatch(below.words))):
            return index
        if not ruled and row.depth <= margin:
            return index
    return len(rows)


def _entries(
    rows: list[Row], start: int, end: int, form: Form, title: int
) -> tuple[list[Entry], set[str]]:
    """What a section's rows at its own depth name; other rows belong to the entry above."""
    said = [n for n in range(start, end) if not rows[n].blank]
    depth = rows[said[0]].depth if said else 0
    found: list[Entry] = []
    seen: set[str] = set()
    section = (title, max(said, default=start - 1))
    closed = covered = -1
    for index in said:
        if index <= covered:
            continue
        if rows[index].depth > depth:
            if found and closed != len(found):
                found[-1] = replace(found[-1], last=index)
            continue
        names, covered = _head(rows, index, end, form)
        if names:
            own = tuple(map(bare, names))
            found.append(Entry(own, index, covered, form, section, starred=starred(names)))
        else:
            seen |= set(re.findall(r"\w+", rows[index].words))
            closed = len(found)
    return found, seen


def _head(rows: list[Row], index: int, end: int, form: Form) -> tuple[tuple[str, ...], int]:
    """The names that a row gives, and the row on which its type ends; () if it gives none."""
    words = _QUOTED.sub(r"\2", rows[index].words.strip())
    last = index
    end = min(end, index + _TYPE_ROWS)
    while form == "google" and last + 1 < end and not rows[last + 1].blank and _open(words):
        last += 1
        words += " " + rows[last].words.strip()
    names = _NAMES.match(words)
    if names is None:
        return (), index
    rest = words[names.end() :].lstrip()
    if form == "numpy":
        fit = not rest or rest.startswith(":")
        last = index
    else:
        rest = _behind_type(rest)
        fit = re.match(r":(?![:/])", rest) is not None
    listed = tuple(_BETWEEN.split(names[0]))
    ordinary = not any(_NOTES.fullmatch(n) or keyword.iskeyword(n) for n in listed)
    return (listed, last) if fit and ordinary else ((), index)


def _open(words: str) -> bool:
    """Whether a type in brackets goes on in the next row."""
    head = re.match(rf"{_NAME.pattern}\s*\(", words)
    return head is not None and _behind_type(words[head.end() - 1 :]) == ""


def _behind_type(words: str) -> str:
    """What follows a type in brackets; "" where the brackets are not closed."""
    if not words.startswith("("):
        return words
    depth = 0
    for index, character in enumerate(words):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return words[index + 1 :].lstrip()
    return ""
