"""A comment that says which code is wanted below it."""

from __future__ import annotations

from fimble.core.text import languages
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Snapshot

MARKS = ("#", "//", "--", "/*", "<!--", "*")
"""What comments begin with."""


def comment_at(snapshot: Snapshot, offset: int) -> str:
    """The comment on the line of the cursor and above it, without its signs."""
    lines = (
        line.strip("#/-*<>! ").removeprefix("TODO").lstrip(": ")
        for line in lines_at(snapshot, offset)
    )
    return " ".join(lines).strip()


def lines_at(snapshot: Snapshot, offset: int) -> list[str]:
    """The lines of that comment."""
    text, lines = snapshot.text, list[str]()
    start = texts.line_start(text, offset)
    while True:
        line = text[start : texts.line_end(text, start)].strip()
        if not line.startswith(_marks(snapshot.language_id)):
            break
        lines.insert(0, line)
        if start == 0:
            break
        start = texts.line_start(text, start - 1)
    return lines


def another(said: str, asked: str, known: str) -> int | None:
    """Where an answer that repeats the comment which asks goes on to a wish of its own.

    That is a comment as far in as the one that asks, below some code, which the file does not have.

    Args:
        said: The answer so far.
        asked: The last line of the comment.
        known: The file's text.
    """
    at, begun, between, indent = 0, False, False, ""
    for line in said.split("\n")[:-1]:
        bare = line.strip()
        apart = begun and between and bare.startswith(MARKS) and bare not in known
        if apart and texts.indentation(line) == indent:
            return at
        if bare == asked and bare:
            begun, between, indent = True, False, texts.indentation(line)
        between = between or (begun and not bare)
        at += len(line) + 1
    return None


def _marks(language_id: str) -> tuple[str, ...]:
    """Those of `MARKS` that are comments in a language: `#include` is none."""
    own = languages.comment(language_id)
    both = language_id == "php"
    shared = ("/*", "<!--", "* ", "*/", "//") if own not in ("#", "--") else ()
    known = languages.grammar(language_id) is not None
    return (own, *shared, *(("#",) if both else ())) if known and own else MARKS
