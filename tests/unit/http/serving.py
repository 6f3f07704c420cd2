"""The server on a real loopback socket in a thread of its own, and what it serves."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fimble.errors import EngineError
from fimble.generation.testing import ScriptedGenerator, manifest
from fimble.generation.worker import Worker
from fimble.http import app, server
from fimble.http.limits import Limits
from fimble.http.local import LocalCompleter
from fimble.http.protocol import CompletionRequest, Piece

TOKEN = "0123456789abcdef"
PATIENCE_S = 30.0
USUAL = Limits()
PIECES = (Piece("retü"), Piece("rn 1", "stop", 12, 3))


@dataclass
class Scripted:
    """Yields its pieces; waits for ever before the piece `hold_at`, fails at `fail_at`."""

    pieces: tuple[Piece, ...] = PIECES
    fail_at: int | None = None
    hold_at: int | None = None
    error: Exception = field(default_factory=lambda: EngineError("The model broke.", "Restart it."))
    models: tuple[str, ...] = ("tiny",)
    requests: list[CompletionRequest] = field(default_factory=list)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def renew(self) -> None:
        """Forgets what was asked and set; what still runs tells the old semaphores."""
        vars(self).update(vars(Scripted()))

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        stopped = self.stopped
        self.requests.append(request)
        self.begun.release()
        try:
            for index, piece in enumerate(self.pieces):
                if index == self.hold_at:
                    await asyncio.Event().wait()
                if index == self.fail_at:
                    raise self.error
                yield piece
        finally:
            stopped.release()


@dataclass(frozen=True)
class Address:
    """Where it listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=PATIENCE_S)


@contextmanager
def serving(
    completer: app.Completer, limits: Limits = USUAL, host: str = "127.0.0.1"
) -> Iterator[Address]:
    """Serves `completer` inside the block."""
    bound = server.listener(host, 0)
    address = Address(*bound.getsockname()[:2])
    application = app.create(completer, TOKEN, address.host, limits)
    running = server.Server(server.configuration(application, limits))
    thread = threading.Thread(target=running.run, args=([bound],), daemon=True)
    thread.start()
    try:
        wait_until(lambda: running.started)
        yield address
    finally:
        running.should_exit = True
        thread.join(PATIENCE_S)
        bound.close()
        assert not thread.is_alive()


@contextmanager
def generating(generator: ScriptedGenerator, limits: Limits = USUAL) -> Iterator[Address]:
    """Serves a generator by the worker that serves models."""
    worker: Worker[Any] = Worker()
    loading = threading.Thread(target=lambda: asyncio.run(worker.load(lambda: generator)))
    loading.start()
    loading.join(PATIENCE_S)
    try:
        with serving(LocalCompleter(worker, manifest()), limits) as address:
            yield address
    finally:
        worker.close()


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for what will be true soon."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.005)


def post(
    body: bytes | dict[str, Any] = b"",
    path: str = "/v1/completions",
    length: int | None = None,
    *headers: str,
) -> bytes:
    """The bytes of a request; `length` is stated instead of the true one."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {TOKEN}", *headers]
    if length != -1:
        lines.append(f"Content-Length: {len(data) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def answer(connection: socket.socket) -> tuple[int, Any]:
    """The status and the JSON of the next answer."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    length = 0
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, json.loads(file.read(length))


def ends(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    got = bytearray()
    try:
        while data := connection.recv(65536):
            got += data
    except ConnectionError:
        pass
    return bytes(got)
