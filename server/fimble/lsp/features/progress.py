"""Work-done progress that the server begins, where the client shows it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from fimble.lsp import capabilities

_log = logging.getLogger(__name__)
_PATIENCE_S = 2.0
"""A client that does not answer `create` by then gets no progress, but still its answer."""


class Display:
    """One piece of work on the user's screen; silent where the client shows none."""

    def __init__(self, ls: LanguageServer, token: str) -> None:
        self._ls = ls
        self._token = token
        self._loop = asyncio.get_running_loop()
        self.result = ""
        """What the client shows when the work has ended."""

    def report(self, message: str, percentage: int | None = None) -> None:
        """Shows what happens; any thread may call it."""
        try:
            self._loop.call_soon_threadsafe(self._show, message, percentage)
        except RuntimeError:
            _log.debug("The event loop is closed")

    def _show(self, message: str, percentage: int | None) -> None:
        if self._token in self._ls.work_done_progress.tokens:
            value = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._ls.work_done_progress.report(self._token, value)


@asynccontextmanager
async def shown(
    ls: LanguageServer, title: str, cancel: Callable[[], None] | None = None
) -> AsyncIterator[Display]:
    """Shows progress while the block runs; `cancel` is called if the user asks for it."""
    token = await _create(ls)
    progress = ls.work_done_progress
    if token:
        progress.tokens[token].add_done_callback(lambda future: _pass_on(future, cancel))
        progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=cancel is not None))
    display = Display(ls, token)
    try:
        yield display
    finally:
        if token:
            progress.end(token, types.WorkDoneProgressEnd(message=display.result or None))
            progress.tokens.pop(token, None)


async def _create(ls: LanguageServer) -> str:
    """A token, "" where the client cannot show progress."""
    if not capabilities.of_client(ls.client_capabilities).progress:
        return ""
    token = str(uuid.uuid4())
    try:
        await asyncio.wait_for(ls.work_done_progress.create_async(token), _PATIENCE_S)
    except (JsonRpcException, TimeoutError) as error:
        _log.info("The client gave no progress token: %s", error)
        return ""
    return token


def _pass_on(future: Future[None], cancel: Callable[[], None] | None) -> None:
    if future.cancelled() and cancel is not None:
        cancel()
