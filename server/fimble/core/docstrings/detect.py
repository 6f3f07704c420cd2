"""What a file already uses: its style, its width."""

from __future__ import annotations

import re

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Style
from fimble.core.docstrings.styles import AUTO, STYLES
from fimble.core.text.snapshot import Snapshot

_BLANK = r"[^\S\n]*"
"""On one line: over many, each blank line would be begun with anew."""
_SECTIONS = "Returns|Raises|Yields|Attributes"
_TITLES = rf"{_SECTIONS}|(?:Keyword )?Arg(?:ument)?s"
_MARKS = (
    (
        "numpy",
        re.compile(rf"^{_BLANK}(?:{_SECTIONS}|Parameters)\r?\n{_BLANK}-{{4,}}{_BLANK}$", re.M),
    ),
    (
        "google",
        re.compile(rf"^{_BLANK}(?:{_TITLES}):{_BLANK}$", re.M),
    ),
    ("sphinx", re.compile(rf"^{_BLANK}:(?:param|returns?|raises|ivar|rtype)\b", re.M)),
)
_WIDTHS = (80, 88, 100)
_ENOUGH = 3


def style(
    snapshot: Snapshot, items: tuple[Item, ...], wanted: str = AUTO, project: str = ""
) -> Style | None:
    """The wanted style; for "auto" what the file shows, then the project's, then the default.

    Returns:
        None where the language has no style, or none of that name.
    """
    known = STYLES.get(snapshot.language_id, ())
    names = [wanted] if wanted != AUTO else [shown(snapshot.language_id, items), project]
    for name in filter(None, names):
        found = next((s for s in known if s.name == name), None)
        if found is not None or wanted != AUTO:
            return found
    return known[0] if known else None


def shown(language_id: str, items: tuple[Item, ...]) -> str:
    """The style of the documentation that is there, "" if it shows none."""
    existing = [item for item in items if item.place.existing]
    if language_id != "python":
        typed = sum("@param {" in item.place.existing for item in existing)
        named = sum("@param" in item.place.existing for item in existing)
        return ("jsdoc" if 2 * typed > named else "tsdoc") if named else ""
    counts = {
        name: sum(bool(mark.search(item.place.existing)) for item in existing)
        for name, mark in _MARKS
    }
    best = max(counts, key=lambda name: counts[name])
    if counts[best]:
        return best
    silent = sum(bool(item.details.parameters) for item in existing)
    return "plain" if silent >= _ENOUGH else ""


def width(text: str) -> int:
    """The longest line that documentation may have: as the file's lines, 100 at most."""
    longest = max((len(line.expandtabs(4)) for line in text.splitlines()), default=0)
    return next((limit for limit in _WIDTHS if longest <= limit), _WIDTHS[-1])


def summary_limit(snapshot: Snapshot, item: Item, style: Style) -> int:
    """The longest summary: one line where the style wants one (PEP 257), two elsewhere."""
    columns = width(snapshot.text)
    if not style.frame.inline:
        return 2 * columns
    return columns - len(item.place.indent.expandtabs(4)) - 2 * len(style.frame.opening)
