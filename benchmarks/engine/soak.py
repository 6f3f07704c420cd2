"""Thousands of requests with cancels over LSP: does memory grow, is each answered exactly once?

    python benchmarks/engine/soak.py --requests 20000

By default on a tiny random model (two layers; needs the export extra): the server, the worker,
the cache's bookkeeping and the runtime's bindings are the same, only the matrices are small.
Every request ends in one of four ways: awaited, cancelled at once, cancelled while it runs, or
overtaken by an edit and the next request.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import machine
import numpy as np
import psutil

WARM_UP = 2_000
SAMPLE_EVERY = 250
CODE = "def area(radius):\n    return 3.14 * radius * radius\n\n\n"


class Wire:
    """JSON-RPC over a server's pipes, with nothing in between that could hide an answer."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        self.answers: collections.Counter[int] = collections.Counter()
        self.codes: collections.Counter[int] = collections.Counter()
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    def send(self, method: str, params: Any, identity: int | None = None) -> asyncio.Future[Any]:
        """Sends; the future is done with the answer of a request."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        future = asyncio.get_running_loop().create_future()
        if identity is not None:
            message["id"] = identity
            self._waiting[identity] = future
        data = json.dumps(message).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        return future

    async def listen(self) -> None:
        """Counts every answer until the pipe closes."""
        while header := await self._out.readline():
            length = int(header.split(b":")[1])
            while (await self._out.readline()).strip():
                pass
            message = json.loads(await self._out.readexactly(length))
            if "method" not in message:
                self._answered(message)

    def _answered(self, message: dict[str, Any]) -> None:
        identity = message["id"]
        self.answers[identity] += 1
        if "error" in message:
            self.codes[message["error"]["code"]] += 1
        future = self._waiting.pop(identity, None)
        if future is not None and not future.done():
            future.set_result(message.get("result"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=480, help="ends early after so long")
    parser.add_argument("--package", type=Path, help="a package (default: a tiny random one)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = args.package or tiny(Path(folder))
        figures = asyncio.run(soak(package, args.requests, args.seconds, folder))
    machine.write("soak", {"model": "tiny random" if not args.package else "given", **figures})


def tiny(folder: Path) -> Path:
    """The package of the tests."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.tiny_model import export_tiny, write_tiny_checkpoint

    return export_tiny(write_tiny_checkpoint(folder / "tiny"))


async def soak(package: Path, most: int, seconds: float, folder: str) -> dict[str, Any]:
    """Drives the server; see the module."""
    command = [sys.executable, "-m", "fimble", "serve", "--stdio", "--model", str(package)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, env={**os.environ, "FIMBLE_DATA": folder}
    )
    wire = Wire(process)
    listening = asyncio.create_task(wire.listen())
    options = {"debounce_ms": 0, "max_new_tokens": 16, "statistics": False}
    hello = {"processId": os.getpid(), "capabilities": {}, "initializationOptions": options}
    await wire.send("initialize", hello, most)
    wire.send("initialized", {})
    memory = psutil.Process(process.pid)
    samples: list[tuple[int, float]] = []
    rng, texts = random.Random(0), [CODE] * 6
    for number, text in enumerate(texts):
        document = {"uri": uri(number), "languageId": "python", "version": 0, "text": text}
        wire.send("textDocument/didOpen", {"textDocument": document})
    count, until = 0, time.monotonic() + seconds
    for number in range(most):
        if time.monotonic() > until:
            break
        count += 1
        await request(wire, number, texts, rng)
        if number % SAMPLE_EVERY == 0:
            samples.append((number, memory.memory_info().rss / 2**20))
    await asyncio.sleep(2)
    await wire.send("shutdown", None, most + 1)
    wire.send("exit", None)
    await process.wait()
    await listening
    warm = np.array([sample for sample in samples if sample[0] >= min(WARM_UP, count // 2)])
    slope = float(np.polyfit(warm[:, 0], warm[:, 1], 1)[0])
    once = [wire.answers[number] for number in range(count)]
    return {
        "requests": count,
        "answered_once": sum(n == 1 for n in once),
        "unanswered": sum(n == 0 for n in once),
        "answered_twice": sum(n > 1 for n in once),
        "cancelled": wire.codes[-32800],
        "other_errors": sum(wire.codes.values()) - wire.codes[-32800],
        "rss_mb": {"warm": round(warm[0, 1]), "end": round(warm[-1, 1])},
        "slope_mb_per_1000": round(1000 * slope, 3),
        "exit_code": process.returncode,
    }


async def request(wire: Wire, number: int, texts: list[str], rng: random.Random) -> None:
    """One edit, one request, one of four ends."""
    doc = rng.randrange(len(texts))
    text = texts[doc] = texts[doc] + rng.choice("abcdef (),.\n")
    if len(text) > 900:
        text = texts[doc] = CODE
    document = {"uri": uri(doc), "version": number + 1}
    change = {"textDocument": document, "contentChanges": [{"text": text}]}
    wire.send("textDocument/didChange", change)
    place = {"line": text.count("\n"), "character": len(text) - text.rfind("\n") - 1}
    params = {
        "textDocument": {"uri": uri(doc)},
        "position": place,
        "context": {"triggerKind": 1 if rng.random() < 0.05 else 2},
    }
    answer = wire.send("textDocument/inlineCompletion", params, number)
    end = rng.random()
    if end < 0.4:
        await answer
        return
    if end < 0.8:
        await asyncio.sleep(0 if end < 0.5 else rng.random() * 0.02)
        wire.send("$/cancelRequest", {"id": number})
    await asyncio.sleep(0.001)


def uri(doc: int) -> str:
    """Of the document of that number."""
    return f"file:///soak/{doc}.py"


if __name__ == "__main__":
    main()
