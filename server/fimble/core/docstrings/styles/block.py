"""What styles inside `/** ... */` share."""

from __future__ import annotations

from fimble.core.docstrings.skeleton import BLANK, Frame, Line

FRAME = Frame("/**", " * ", " */")


def escape(words: str) -> str:
    """Nothing that ends the comment."""
    return words.replace("*/", "* /")


def with_tags(summary: Line, tags: list[Line]) -> tuple[Line, ...]:
    """The summary, and the tags behind a blank line."""
    return (summary, BLANK, *tags) if tags else (summary,)
