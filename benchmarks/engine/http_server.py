"""What clients of `fimble serve --http` cost each other.

    python benchmarks/engine/http_server.py

A request is timed alone, behind six that were abandoned, and beside 2,000 connections that say
nothing, in turns; then 200 clients ask at once. Prompts are fresh, so that none is cached.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import machine
import numpy as np
import psutil

TOKEN = "a token for one benchmark"
ABANDONED, IDLE, CLIENTS = 6, 2000, 200


class Server:
    """A server's process, and requests to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.port, self._process = port, psutil.Process(process.pid)
        self._code, self._next = machine.own_code(400_000), 0

    def memory_mb(self) -> float:
        return float(self._process.memory_info().rss) / 1e6

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(
        self, tokens: int, characters: int = 1500
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Asks; the prompt is one that the server has not seen."""
        self._next += 1
        start = self._next * 1009 % (len(self._code) - characters)
        prompt = f"# {self._next}\n{self._code[start : start + characters]}"
        body = json.dumps({"prompt": prompt, "max_tokens": tokens}).encode()
        reader, writer = await self.connect()
        head = (
            f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        return reader, writer

    async def timed(self, tokens: int, characters: int = 1500) -> float:
        """Milliseconds until a whole answer."""
        begun = time.perf_counter()
        reader, writer = await self.send(tokens, characters)
        answer = await reader.read()
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:200].decode(errors="replace") or "closed without an answer")
        return 1000 * (time.perf_counter() - begun)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """The default model, served."""
    command = [sys.executable, "-m", "fimble", "serve", "--http", "127.0.0.1:0"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FIMBLE_HTTP_TOKEN": TOKEN, "FIMBLE_DATA": folder}
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        try:
            assert process.stderr is not None
            told = process.stderr.readline()
            found = re.search(r":(\d+)/v1", told)
            if found is None:
                raise RuntimeError(told)
            server = Server(process, int(found[1]))
            await server.timed(4)
            yield server
        finally:
            process.kill()
            process.wait()


async def behind_abandoned(server: Server, args: argparse.Namespace) -> float:
    """Milliseconds of a request that comes when six clients have just left."""
    for _ in range(ABANDONED):
        _, writer = await server.send(args.abandoned_tokens)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
    return await server.timed(args.tokens)


async def beside_idle(server: Server, args: argparse.Namespace) -> tuple[float, float]:
    """Milliseconds of a request beside silent connections, and the memory that they take."""
    before = server.memory_mb()
    open_ones = [await server.connect() for _ in range(IDLE)]
    taken = await server.timed(args.tokens)
    memory = server.memory_mb() - before
    for _, writer in open_ones:
        writer.close()
    return taken, memory


async def run(args: argparse.Namespace) -> dict[str, Any]:
    alone, behind, beside, memory, failed = [], [], [], [], 0
    async with serving() as server:
        for _ in range(args.rounds):
            alone.append(await server.timed(args.tokens))
            behind.append(await behind_abandoned(server, args))
            if args.idle:
                taken, more = await beside_idle(server, args)
                beside.append(taken)
                memory.append(more)
        begun = time.perf_counter()
        together = [server.timed(1, 60) for _ in range(CLIENTS)]
        answers = await asyncio.gather(*together, return_exceptions=True)
        failed = sum(isinstance(answer, BaseException) for answer in answers)
        seconds = time.perf_counter() - begun
    return {
        "alone_ms": _spread(alone),
        "behind_six_abandoned_ms": _spread(behind),
        "beside_2000_idle_ms": _spread(beside),
        "memory_of_2000_idle_mb": round(max(memory, default=0.0), 1),
        "clients_at_once": CLIENTS,
        "answered": CLIENTS - failed,
        "all_after_s": round(seconds, 1),
    }


def _spread(milliseconds: list[float]) -> dict[str, float]:
    if not milliseconds:
        return {}
    values = np.array(milliseconds)
    return {
        "p50": round(float(np.median(values))),
        "p95": round(float(np.quantile(values, 0.95))),
        "max": round(float(values.max())),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=16)
    parser.add_argument("--abandoned-tokens", type=int, default=1000)
    parser.add_argument("--no-idle", dest="idle", action="store_false")
    args = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    machine.write("http", asyncio.run(run(args)))


if __name__ == "__main__":
    main()
