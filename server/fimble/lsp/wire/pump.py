"""From a stream of bytes to the protocol, one message after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from fimble.lsp.wire.framing import Framing

LONGEST_WAIT = 64 * 2**20
"""Bytes of answers that may wait for a client that does not read them."""


class Output(Protocol):
    """Where the server's messages go."""

    def write(self, data: bytes) -> None:
        """Writes soon, in order; never blocks, never raises."""

    async def finish(self) -> None:
        """Writes what waits, for half a second at most, and closes."""


async def pump(
    read: Callable[[], Awaitable[bytes]], framing: Framing, receive: Callable[[bytes], None]
) -> None:
    """Hands over every message until the stream ends.

    The event loop turns between two messages, so that a request's handler has seen its document
    before the next message changes it.

    Args:
        read: Waits for bytes; none at the end.
        framing: What was read of the stream before stays in it.
        receive: Takes a body.

    Raises:
        FramingError: The stream is of no use from here on.
    """
    while data := await read():
        for body in framing.feed(data):
            receive(body)
            await asyncio.sleep(0)
