"""Fimble's own messages, declared once. See docs/protocol.md."""

from __future__ import annotations

STATUS = "$/fimble/status"
"""Server to client: `{state, message}`; state is one of the words below."""

LOADING, IDLE, BUSY, ERROR = "loading", "idle", "busy", "error"

RUN = "fimble.run"
"""Command: does what a code action offered, `{uri, version, action, arguments}`."""
