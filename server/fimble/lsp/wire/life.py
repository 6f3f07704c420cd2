"""A server's life on the wire: until its client leaves, however it does, and its last words."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from fimble.lsp.wire import stdio
from fimble.lsp.wire.framing import Framing, FramingError
from fimble.lsp.wire.protocol import FimbleProtocol
from fimble.lsp.wire.pump import pump
from fimble.system import lifetime

_log = logging.getLogger(__name__)
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")

Serve = Callable[[FimbleProtocol], Coroutine[Any, Any, None]]
"""Talks to the client as long as there is one."""


class Leaving:
    """That the client has left; any thread may say so, and the first one counts."""

    def __init__(self, status: Callable[[], int]) -> None:
        self._status = status
        self._loop = asyncio.get_running_loop()
        self._left = asyncio.Event()

    def __call__(self, why: str) -> None:
        """Ends the server: by itself, or soon by force if something in it does not listen."""
        _log.info("The server ends: %s", why)
        lifetime.end_soon(self._status)
        with suppress(RuntimeError):  # the event loop has ended
            self._loop.call_soon_threadsafe(self._left.set)

    async def wait(self) -> None:
        """Until it is so."""
        await self._left.wait()


def run(protocol: FimbleProtocol, serve: Serve, end: Callable[[], bool]) -> int:
    """Serves until the client leaves.

    Args:
        protocol: What the client talks to.
        serve: How it comes to it.
        end: Ends the threads and waits for them a little; whether they have ended.

    Returns:
        The exit status, as LSP asks. Where a thread has not ended, in a runtime that must not be
        cleaned up under it, the process ends here.
    """
    try:
        asyncio.run(_until_left(protocol, serve))
    finally:
        ended = end()
    if not ended:
        lifetime.end_now(protocol.status)
    return protocol.status


async def over_stdio(protocol: FimbleProtocol) -> None:
    """Serves the client that has started the process."""
    source, target = stdio.take()
    protocol.output = stdio.StandardOutput(target, protocol.on_exit)
    try:
        await pump(stdio.Input(source).read, Framing(), protocol.receive)
    except FramingError as error:
        _log.error("The client's messages cannot be read: %s", error)
    protocol.on_exit("The client closed the pipe")


async def _until_left(protocol: FimbleProtocol, serve: Serve) -> None:
    leaving = Leaving(lambda: protocol.status)
    protocol.on_exit = leaving
    _heed_signals(leaving)
    serving, left = asyncio.ensure_future(serve(protocol)), asyncio.ensure_future(leaving.wait())
    try:
        await asyncio.wait({serving, left}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
            await left
    finally:
        serving.cancel()
        left.cancel()
        if protocol.output is not None:
            await protocol.output.finish()


def _heed_signals(leaving: Leaving) -> None:
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        with suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, other threads
            if number is not None:
                asyncio.get_running_loop().add_signal_handler(number, leaving, name)
