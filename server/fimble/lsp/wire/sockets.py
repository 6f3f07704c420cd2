"""Sockets as the wire: exactly one client, and only one that may be.

Whoever else connects is cut off at once and harms nobody: a second client, a port scan, a browser
that a page sent here (a line of HTTP is no header of LSP), a client without the token. Until
`initialize` has come with the token, nothing is answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from lsprotocol import types

from fimble.lsp.wire import messages
from fimble.lsp.wire.framing import LARGEST, Framing, FramingError, framed
from fimble.lsp.wire.messages import Refused, Request
from fimble.lsp.wire.protocol import FimbleProtocol
from fimble.lsp.wire.pump import LONGEST_WAIT, pump
from fimble.system import access

_log = logging.getLogger(__name__)
_PATIENCE_S = 10.0
"""A connection that has not said `initialize` by then is closed."""
_FIRST = 4 * 2**20
"""Bytes of that message."""
_CHUNK = 65_536


class SocketOutput:
    """An `Output` on a connection."""

    def __init__(self, writer: asyncio.StreamWriter, lost: Callable[[str], None]) -> None:
        self._writer = writer
        self._lost = lost

    def write(self, data: bytes) -> None:
        """See `Output.write`."""
        if self._writer.transport.get_write_buffer_size() > LONGEST_WAIT:
            self._lost("The client does not read its answers")
        elif not self._writer.is_closing():
            self._writer.write(data)

    async def finish(self) -> None:
        """See `Output.finish`."""
        self._writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 0.5)


class Door:
    """Lets one client in.

    Args:
        protocol: What the client talks to.
        token: What it must send as `initializationOptions.token`; None where the socket's place
            says who may connect.
        patience_s: Seconds that a connection has to say `initialize`.
    """

    def __init__(
        self, protocol: FimbleProtocol, token: str | None, patience_s: float = _PATIENCE_S
    ) -> None:
        self._protocol = protocol
        self._token = token
        self._patience_s = patience_s
        self._taken = False

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves a connection to its end, if it is the one."""
        if self._taken:
            _log.warning("A second connection was refused")
            writer.close()
            return
        self._taken = True
        framing = Framing(strict=True, largest=_FIRST)
        first = await self._first(reader, writer, framing)
        if first is None:
            writer.close()
            self._taken = False
            return
        framing.largest = LARGEST
        self._protocol.output = SocketOutput(writer, self._protocol.on_exit)
        await self._serve(reader, framing, first)

    async def _serve(
        self, reader: asyncio.StreamReader, framing: Framing, first: list[bytes]
    ) -> None:
        for body in first:
            self._protocol.receive(body)
            await asyncio.sleep(0)
        try:
            await pump(lambda: reader.read(_CHUNK), framing, self._protocol.receive)
        except (FramingError, OSError) as error:
            _log.warning("The connection ends: %s", error)
        self._protocol.on_exit("The client closed the connection")

    async def _first(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing
    ) -> list[bytes] | None:
        """The messages that begin with the right `initialize`; None: the connection ends."""
        try:
            async with asyncio.timeout(self._patience_s):
                bodies = await _bodies(lambda: reader.read(_CHUNK), framing)
        except (TimeoutError, FramingError, OSError) as error:
            _log.warning("A connection was closed: %s", error or "it said nothing")
            return None
        request = _initialize(bodies[0]) if bodies else None
        if request is None:
            _log.warning("A connection was closed: its first message was not initialize")
        elif self._may_enter(request):
            return bodies
        else:
            _log.warning("A connection was closed: it has not the token")
            await _refuse(writer, request)
        return None

    def _may_enter(self, request: Request) -> bool:
        if self._token is None:
            return True
        params = request.params if isinstance(request.params, dict) else {}
        options = params.get("initializationOptions")
        given = options.get("token") if isinstance(options, dict) else None
        return isinstance(given, str) and access.admits(self._token, given)


async def _bodies(read: Callable[[], Awaitable[bytes]], framing: Framing) -> list[bytes]:
    """The first whole messages, none if the connection ends before."""
    while data := await read():
        if bodies := list(framing.feed(data)):
            return bodies
    return []


def _initialize(body: bytes) -> Request | None:
    try:
        message = messages.read(body)
    except Refused:
        return None
    is_it = isinstance(message, Request) and message.method == types.INITIALIZE
    return message if isinstance(message, Request) and is_it else None


async def _refuse(writer: asyncio.StreamWriter, request: Request) -> None:
    """Says why before the connection is closed."""
    why = "initializationOptions.token is missing or wrong: it is on the server's standard error."
    code = int(types.LSPErrorCodes.RequestFailed)
    writer.write(framed(messages.error(request.identity, code, why)))
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.drain(), 1)
