"""A comment that says which code is wanted below it."""

from __future__ import annotations

from fimble.core import text as texts
from fimble.core.text import Snapshot

MARKS = ("#", "//", "--", "/*", "<!--", "*")
"""What comments begin with."""


def comment_at(snapshot: Snapshot, offset: int) -> str:
    """The comment on the line of the cursor and above it, without its signs."""
    text, lines = snapshot.text, list[str]()
    start = texts.line_start(text, offset)
    while True:
        line = text[start : texts.line_end(text, start)].strip()
        if not line.startswith(MARKS):
            break
        lines.insert(0, line.strip("#/-*<>! ").removeprefix("TODO").lstrip(": "))
        if start == 0:
            break
        start = texts.line_start(text, start - 1)
    return " ".join(lines).strip()
