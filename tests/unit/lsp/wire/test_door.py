"""A connection that says nothing does not keep the client out."""

import asyncio
import json

from fimble.lsp.wire.framing import framed
from fimble.lsp.wire.sockets import Door

from tests.unit.lsp.wire.talk import INITIALIZE, talk


async def test_a_silent_connection_gives_its_place_back() -> None:
    async with talk(initialized=False) as client:
        door = Door(client.server.protocol, "secret", patience_s=0.2)
        listening = await asyncio.start_server(door.enter, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        silent, _ = await asyncio.open_connection("127.0.0.1", port)
        slow, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(slow.read(), 10) == b""  # the place is taken, for a while
        writer.close()
        assert await asyncio.wait_for(silent.read(), 10) == b""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        options = {"initializationOptions": {"token": "secret"}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
        writer.write(framed(json.dumps({**message, "params": {**INITIALIZE, **options}}).encode()))
        assert b"Content-Length" in await asyncio.wait_for(reader.read(100), 10)
        writer.close()
        listening.close()
