"""What the model writes, on the user's screen while it writes it; see `protocol.DRAFT`.

A client that does not know the notification may ignore it, as every one that begins with `$/`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pygls.lsp.server import LanguageServer

from fimble.assist import Draft
from fimble.core.text.snapshot import Snapshot
from fimble.lsp import protocol

_log = logging.getLogger(__name__)


@contextmanager
def shown(ls: LanguageServer, snapshot: Snapshot) -> Iterator[Draft]:
    """Takes drafts, on any thread, while the block runs; then tells the client to put them away."""
    loop, begun, ended = asyncio.get_running_loop(), False, False

    def send(text: str, *, done: bool) -> None:
        facts = {"uri": snapshot.uri, "languageId": snapshot.language_id}
        ls.protocol.notify(protocol.DRAFT, {**facts, "text": text, "done": done})

    def show(text: str) -> None:
        nonlocal begun
        if not ended:  # a cancelled assist may still write a word
            begun = True
            send(text, done=False)

    def draft(text: str) -> None:
        try:
            loop.call_soon_threadsafe(show, text)
        except RuntimeError:
            _log.debug("The event loop is closed")

    try:
        yield draft
    finally:
        ended = True
        if begun:
            send("", done=True)
