"""Fimble's own messages and commands, declared once. See docs/protocol.md."""

from __future__ import annotations

STATUS = "$/fimble/status"
"""Server to client: `{state, message}`; state is one of the words below."""

LOADING, IDLE, BUSY, PAUSED, ERROR = "loading", "idle", "busy", "paused", "error"

DRAFT = "$/fimble/draft"
"""Server to client: `{uri, languageId, text, done}`, what the model writes for a document while it
writes it. Nothing has looked at it yet; what passes the checks comes as an edit."""

DID_SHOW = "textDocument/didShowCompletion"
"""Client to server: `{item}`, an item of ours that is on the screen now (Copilot's name)."""

DID_PARTIALLY_ACCEPT = "textDocument/didPartiallyAcceptCompletion"
"""Client to server: `{item, acceptedLength}`, UTF-16 units taken so far (Copilot's name)."""

DID_ACCEPT = "fimble.didAcceptCompletion"
"""Command of every item, run by the client when the item is taken. Argument: its identity."""

WHY_NO_SUGGESTION = "fimble.whyNoSuggestion"
"""Command: one sentence about the last request."""

SHOW_STATISTICS = "fimble.showStatistics"
"""Command: writes the page of statistics and opens it where the client can."""

RUN = "fimble.run"
"""Command: does what a code action offered, `{uri, version, action, arguments}`."""

GENERATE_DOCSTRING = "fimble.generateDocstring"
"""Command: documents the item at a position, or updates that, `{uri, position, style?}`."""
