"""A client in the same process: what it says goes to the protocol, what it hears is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fimble.generation.testing import ScriptedGenerator
from fimble.lsp.server import FimbleServer, create_server

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}
URI = "file:///project/a.py"


class Talk:
    """Says messages; `heard` are the server's."""

    def __init__(self, server: FimbleServer) -> None:
        self.server = server
        self.heard: list[dict[str, Any]] = []
        server.protocol.output = self

    def write(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        assert int(head.split(b": ")[1]) == len(body)
        self.heard.append(json.loads(body))

    async def finish(self) -> None:
        pass

    def say(self, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.server.protocol.receive(body)

    def ask(self, number: Any, method: str, params: Any = None) -> None:
        self.say({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    def tell(self, method: str, params: Any = None) -> None:
        self.say({"jsonrpc": "2.0", "method": method, "params": params})

    def open(self, text: str, uri: str = URI, language: str = "python") -> None:
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def answers(self, number: Any) -> list[dict[str, Any]]:
        return [m for m in self.heard if "method" not in m and m["id"] == number]

    async def answer(self, number: Any) -> dict[str, Any]:
        """The one answer to a request."""
        await self.until(lambda: bool(self.answers(number)))
        (found,) = self.answers(number)
        return found

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def talk(
    *, initialized: bool = True, generator: ScriptedGenerator | None = None
) -> AsyncIterator[Talk]:
    server = create_server(lambda: generator or ScriptedGenerator(lambda prompt: " x"))
    client = Talk(server)
    try:
        if initialized:
            client.ask("first", "initialize", INITIALIZE)
            await client.answer("first")
            client.tell("initialized", {})
        yield client
    finally:
        assert server.session.end(30)
