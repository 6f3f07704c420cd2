"""Standard input and output as the wire.

Both are read and written on threads of their own, which works with pipes, files and terminals of
every system: the event loop waits neither for a client that is slow to read nor for one that
is slow to write. Nothing else in the process can read or write the protocol: in their places are
the null device and standard error.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import threading
from collections.abc import Callable

from fimble.lsp.wire.pump import LONGEST_WAIT

_log = logging.getLogger(__name__)
_CHUNK = 65_536
_AHEAD = 8
"""Chunks that are read before the first of them is taken."""


def take() -> tuple[int, int]:
    """File descriptors of the process's input and output, which are its own no longer."""
    source, target = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return source, target


class Input:
    """Reads a file descriptor for the event loop that made it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        threading.Thread(target=self._serve, name="stdin", daemon=True).start()

    async def read(self) -> bytes:
        """The next bytes; none at the end."""
        data = await self._chunks.get()
        self._room.release()
        return data

    def _serve(self) -> None:
        data = b"first"
        while data:
            self._room.acquire()
            try:
                data = os.read(self._descriptor, _CHUNK)
            except OSError as error:
                _log.warning("Standard input cannot be read: %s", error)
                data = b""
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, data)
            except RuntimeError:
                return  # the event loop is closed


class StandardOutput:
    """An `Output` on a file descriptor.

    Args:
        descriptor: The file.
        lost: Called, on any thread, when nobody reads it any more.
    """

    def __init__(self, descriptor: int, lost: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._lost = lost
        self._waiting = 0
        self._lock = threading.Lock()
        self._pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="stdout", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """See `Output.write`."""
        with self._lock:
            self._waiting += len(data)
            full = self._waiting > LONGEST_WAIT
        if full:
            self._lost("The client does not read its answers")
        else:
            self._pieces.put(data)

    async def finish(self) -> None:
        """See `Output.finish`; the descriptor stays open."""
        self._pieces.put(None)
        self._thread.join(0.5)

    def _serve(self) -> None:
        while (data := self._pieces.get()) is not None:
            with self._lock:
                self._waiting -= len(data)
            try:
                _write(self._descriptor, data)
            except OSError as error:
                self._lost(f"The client does not listen: {error}")
                return


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
