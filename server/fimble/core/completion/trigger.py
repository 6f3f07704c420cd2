"""Places where nobody wants a suggestion while typing; one asked for comes there.

Where secrets are kept, none comes at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote

from fimble.core.completion.context import CursorContext
from fimble.core.privacy.secrets import names

_LONG_LINE = 2_000
_ENDING = re.compile(r"(?:[\s)\]}>\"'`;,:{/]|</[\w:.-]+>)*\Z")


class Pauses(Protocol):
    """Which reasons count; the names are those of the settings."""

    @property
    def pause_in_words(self) -> bool: ...  # noqa: D102
    @property
    def pause_before_text(self) -> bool: ...  # noqa: D102
    @property
    def pause_in_comments(self) -> bool: ...  # noqa: D102
    @property
    def pause_in_strings(self) -> bool: ...  # noqa: D102
    @property
    def pause_in_empty_files(self) -> bool: ...  # noqa: D102
    @property
    def pause_in_long_lines(self) -> bool: ...  # noqa: D102


def _in_word(context: CursorContext) -> bool:
    behind = context.line_suffix[:1]
    return behind.isalnum() or behind == "_"


def _before_text(context: CursorContext) -> bool:
    return _ENDING.match(context.line_suffix) is None


def _kind(context: CursorContext) -> str:
    parsed = context.tree()
    return parsed.at(max(0, context.offset - 1)).type if parsed else ""


def _in_comment(context: CursorContext) -> bool:
    top = context.inside
    return (top is not None and top.kind == "comment") or "comment" in _kind(context)


def _in_string(context: CursorContext) -> bool:
    top = context.inside
    if top is None or top.kind != "string" or (top.quoted and top.quoted.heredoc):
        return False
    return context.offset > top.offset + len(top.begin)


def _in_empty_file(context: CursorContext) -> bool:
    return not context.snapshot.text.strip()


def _in_long_line(context: CursorContext) -> bool:
    return len(context.line_prefix) + len(context.line_suffix) > _LONG_LINE


REASONS: tuple[tuple[str, str, Callable[[CursorContext], bool]], ...] = (
    ("empty_file", "pause_in_empty_files", _in_empty_file),
    ("long_line", "pause_in_long_lines", _in_long_line),
    ("in_word", "pause_in_words", _in_word),
    ("before_text", "pause_before_text", _before_text),
    ("in_comment", "pause_in_comments", _in_comment),
    ("in_string", "pause_in_strings", _in_string),
)
"""The reason, the setting that switches it, and the place."""


def paused(context: CursorContext, settings: Pauses) -> str | None:
    """Why nothing is suggested here while typing, None if something may be."""
    for reason, setting, here in REASONS:
        if getattr(settings, setting) and here(context):
            return reason
    return None


def refused(context: CursorContext) -> str | None:
    """Why nothing is ever suggested in a document: its name says that it is there for secrets."""
    snapshot = context.snapshot
    kept = snapshot.language_id == "dotenv" or any(
        names.kind(path) == "store" for path in (snapshot.path, unquote(snapshot.uri))
    )
    return "secrets" if kept else None
