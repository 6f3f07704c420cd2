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

NEXT_EDIT = "fimble/nextEdit"
"""Request: the edits that follow from the last one, `{textDocument: {uri, version?}, position}`."""

COPILOT_INLINE_EDIT = "textDocument/copilotInlineEdit"
"""Request: the first of them, as the Copilot language server answers it."""

DID_ACCEPT_INLINE_EDIT = "fimble.didAcceptInlineEdit"
"""Command of every edit of `COPILOT_INLINE_EDIT`. Argument: the proposal's id."""

END_NEXT_EDIT = "fimble.endNextEdit"
"""Command: a proposal is not shown any more, `{id, forGood?}`."""

WHY_NO_NEXT_EDIT = "fimble.whyNoNextEdit"
"""Command: one sentence about what followed from the last edit."""

WHY_NO_SUGGESTION = "fimble.whyNoSuggestion"
"""Command: one sentence about the last request."""

SHOW_STATISTICS = "fimble.showStatistics"
"""Command: writes the page of statistics and opens it where the client can."""

RUN = "fimble.run"
"""Command: does what a code action offered, `{uri, version, action, arguments}`."""

GENERATE_DOCSTRING = "fimble.generateDocstring"
"""Command: documents the item at a position, or updates that, `{uri, position, style?}`."""
