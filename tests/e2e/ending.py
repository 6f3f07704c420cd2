"""A client that leaves its server in one of many ways, at one of many moments."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

URI = "file:///project/shapes.py"
AT_ONCE_S = 8.0
"""Two seconds are promised; a test machine may be busy with other things."""


def message(method: str, params: Any = None, number: int | str | None = None) -> bytes:
    content = {"jsonrpc": "2.0", "method": method, "params": params}
    body = json.dumps(content if number is None else {**content, "id": number}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Leaver:
    """A server's client, with plain pipes."""

    def __init__(self, command: Sequence[str], client: int | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        )
        self.heard = b""
        self.errors = b""
        self._client = client
        for read in (self._listen, self._overhear):
            threading.Thread(target=read, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            while data := os.read(self.process.stdout.fileno(), 65536):
                self.heard += data
        except (OSError, ValueError):
            pass

    def _overhear(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 65536):
            self.errors += data

    def say(self, *said: bytes) -> None:
        assert self.process.stdin is not None
        for piece in said:
            self.process.stdin.write(piece)

    def hear(self, wanted: bytes, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while wanted not in self.heard:
            assert time.monotonic() < until, (wanted, self.heard[-500:], self.errors[-2000:])
            assert self.process.poll() is None, self.errors
            time.sleep(0.005)

    def begin(self, *, wait: bytes = b'"idle"') -> None:
        start = {"processId": self._client, "rootUri": None, "capabilities": {}}
        self.say(message("initialize", start, 1), message("initialized", {}))
        self.hear(wait)

    def shutdown(self) -> None:
        self.say(message("shutdown", None, "end"))
        self.hear(b'"id": "end"')

    def close_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def status(self) -> int:
        """How the server ended, which was to be at once."""
        began = time.monotonic()
        try:
            status = self.process.wait(AT_ONCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"still there: {self.errors.decode()}") from None
        assert time.monotonic() - began < AT_ONCE_S
        return status

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def open_and_ask(text: str, number: int) -> bytes:
    document = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    lines = text.split("\n")
    place = {"line": len(lines) - 1, "character": len(lines[-1])}
    asked = {"textDocument": {"uri": URI}, "position": place, "context": {"triggerKind": 1}}
    opened = message("textDocument/didOpen", {"textDocument": document})
    return opened + message("textDocument/inlineCompletion", asked, number)


def shutdown_and_exit(client: Leaver) -> None:
    client.shutdown()
    client.say(message("exit"))


def shutdown_and_close(client: Leaver) -> None:
    client.shutdown()
    client.close_input()


def shutdown_and_term(client: Leaver) -> None:
    client.shutdown()
    client.process.send_signal(signal.SIGTERM)


def exit_alone(client: Leaver) -> None:
    client.say(message("exit"))


def close(client: Leaver) -> None:
    client.close_input()


def term(client: Leaver) -> None:
    client.process.send_signal(signal.SIGTERM)


def interrupt(client: Leaver) -> None:
    client.process.send_signal(signal.SIGINT)


def hang_up(client: Leaver) -> None:
    client.process.send_signal(signal.SIGHUP)


def deaf(client: Leaver) -> None:
    """The client reads no more; what the server says next fails."""
    assert client.process.stdout is not None
    client.process.stdout.close()
    for number in range(50):
        try:
            client.say(message("unknown/method", {}, 1000 + number))
        except BrokenPipeError:
            return
        time.sleep(0.01)


def too_large(client: Leaver) -> None:
    client.say(b"Content-Length: 999999999999\r\n\r\n")


Way = Callable[[Leaver], None]
WAYS: tuple[tuple[Way, int], ...] = (
    (shutdown_and_exit, 0),
    (shutdown_and_close, 0),
    (shutdown_and_term, 0),
    (exit_alone, 1),
    (close, 1),
    (term, 1),
    (interrupt, 1),
    (hang_up, 1),
    (deaf, 1),
    (too_large, 1),
)
"""With the exit status."""

PYTHON = sys.executable
