"""How long everybody else waits while one types in a very large document: the real server.

    python benchmarks/engine/event_loop.py

A request that nobody knows is sent every ten milliseconds: its answer comes as soon as the event
loop turns. Every keystroke is an edit and a request for a suggestion, `--actions` asks for code
actions too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from typing import Any

import machine
import numpy as np

URI = "file:///large"
FUNCTION = "def f{0}(a):\n    b = a + {0}\n    return b\n\n\n"
PYTHON = "".join(FUNCTION.format(number) for number in range(10_000))
DOCUMENTS = {
    "a line of 5 MB": ("javascript", "x=1;" * 1_250_000),
    "50,000 lines": ("python", PYTHON),
    "50,000 lines with CRLF": ("python", PYTHON.replace("\n", "\r\n")),
    "20,000 lines": ("python", PYTHON[: len(PYTHON) * 2 // 5]),
}
LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
RESOLVES = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keystrokes", type=int, default=40)
    parser.add_argument("--actions", action="store_true")
    args = parser.parse_args()
    rows = {
        name: asyncio.run(measured(*document, args.keystrokes, actions=args.actions))
        for name, document in DOCUMENTS.items()
    }
    machine.write(f"event-loop{'-actions' if args.actions else ''}", rows)


class Connection:
    """JSON-RPC over a server's pipes; when each answer came."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.answered: dict[Any, asyncio.Future[float]] = {}
        self.idle = asyncio.Event()
        self.listening = asyncio.create_task(self._listen())

    def send(self, method: str, params: Any, number: Any = None) -> None:
        content = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(content if number is None else {**content, "id": number}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def ask(self, method: str, params: Any, number: Any) -> float:
        """Seconds until the answer."""
        began = time.perf_counter()
        self.answered[number] = asyncio.get_running_loop().create_future()
        self.send(method, params, number)
        return await self.answered[number] - began

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        while True:
            head = await self.process.stdout.readuntil(b"\r\n\r\n")
            length = re.search(rb"\d+", head)
            assert length is not None
            answer = json.loads(await self.process.stdout.readexactly(int(length[0])))
            if answer.get("params", {}).get("state") == "idle":
                self.idle.set()
            waiting = self.answered.get(answer.get("id"))
            if "method" not in answer and waiting is not None:
                waiting.set_result(time.perf_counter())


async def measured(language: str, text: str, keystrokes: int, *, actions: bool) -> dict[str, Any]:
    """Milliseconds that the requests of somebody else took."""
    command = (sys.executable, "-P", "-m", "fimble", "serve", "--stdio")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    client = Connection(process)
    support = {"textDocument": {"codeAction": {**LITERALS, **RESOLVES}}}
    await client.ask("initialize", {"processId": None, "capabilities": support}, "first")
    client.send("initialized", {})
    await client.idle.wait()  # the model is there
    document = {"uri": URI, "languageId": language, "version": 1, "text": text}
    client.send("textDocument/didOpen", {"textDocument": document})
    await client.ask("test/unknown", {}, "opened")
    typing = asyncio.create_task(_type(client, text, keystrokes, actions=actions))
    waited = []
    while not typing.done():
        waited.append(1000 * await client.ask("test/unknown", {}, f"other {len(waited)}"))
        await asyncio.sleep(0.01)
    client.listening.cancel()
    process.kill()
    await process.wait()
    p50, p95 = np.percentile(waited, (50, 95))
    figures = {"median_ms": p50, "p95_ms": p95, "most_ms": max(waited)}
    return {name: round(float(value), 1) for name, value in figures.items()}


async def _type(client: Connection, text: str, keystrokes: int, *, actions: bool) -> None:
    lines = re.split("\r\n|\n", text)
    line = len(lines) - 4 if len(lines) > 1 else 0
    character = len(lines[line])
    for number in range(keystrokes):
        place = {"line": line, "character": character + number}
        edit = {"range": {"start": place, "end": place}, "text": "a"}
        changed = {"uri": URI, "version": number + 2}
        client.send("textDocument/didChange", {"textDocument": changed, "contentChanges": [edit]})
        here = {"line": line, "character": character + number + 1}
        asked = {"textDocument": {"uri": URI}, "position": here, "context": {"triggerKind": 2}}
        client.send("textDocument/inlineCompletion", asked, f"inline {number}")
        if actions:
            span = {"range": {"start": here, "end": here}, "textDocument": {"uri": URI}}
            context = {"context": {"diagnostics": [], "triggerKind": 2}}
            client.send("textDocument/codeAction", {**span, **context}, f"action {number}")
        await asyncio.sleep(0.15)


if __name__ == "__main__":
    main()
