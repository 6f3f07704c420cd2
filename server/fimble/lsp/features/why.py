"""The command `fimble.whyNoSuggestion`: one sentence about the last request."""

from __future__ import annotations

from typing import Any

from pygls.lsp.server import LanguageServer

from fimble.lsp import protocol
from fimble.lsp.session import Session

SENTENCES = {
    "blank": "The model had nothing to say there.",
    "cancelled": "The last request was overtaken by another keystroke.",
    "before_text": "Suggestions pause before other text on the line (pause_before_text).",
    "dangerous": "The suggestion contained code that is known to be dangerous.",
    "empty_file": "Suggestions pause in an empty file (pause_in_empty_files).",
    "in_comment": "Suggestions pause in comments (pause_in_comments).",
    "in_string": "Suggestions pause in strings (pause_in_strings).",
    "in_word": "Suggestions pause inside a word (pause_in_words).",
    "long_line": "Suggestions pause in very long lines (pause_in_long_lines).",
    "repeats_suffix": "The suggestion would have repeated what stands behind the cursor.",
    "repeats_line": "The suggestion would have repeated a line that is already there.",
    "repetition": "The suggestion would have repeated itself.",
    "secrets": "Nothing is suggested in a file whose name says that it holds secrets.",
    "secret": "The suggestion looked like a password or a key.",
    "unlikely": "It was too unlikely that you want it: the gate held it back (eagerness).",
    "syntax": "The suggestion would have broken the file's syntax.",
    "indentation": "The suggestion did not fit the indentation of the lines around it.",
    "unresolved_name": "The suggestion used a name that does not exist here.",
}
"""Reasons of `Withheld`; one that is not here is shown as it is."""


def register(server: LanguageServer, session: Session) -> None:
    """Adds the command."""

    @server.command(protocol.WHY_NO_SUGGESTION)
    def why_no_suggestion(ls: LanguageServer, *arguments: Any) -> str:
        return sentence(session)


def sentence(session: Session) -> str:
    """Why the last request brought nothing, or that it brought something."""
    if session.status.problem:
        return session.status.problem
    last = session.last
    if last is not None and last.reason is not None:
        return SENTENCES.get(last.reason, f"Withheld: {last.reason}.")
    if not session.settings.enabled:
        return "Suggestions are paused."
    if last is None:
        return "No suggestion has been requested yet."
    return f"The last request brought a suggestion, in {last.timings.total_ms:.0f} ms."
