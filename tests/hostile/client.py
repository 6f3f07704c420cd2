"""A small LSP client on two pipes, for tests that look at every message and at time."""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import IO, Any

Message = dict[str, Any]


class Client:
    """Says and hears JSON-RPC; a thread reads.

    Args:
        said: What the server says.
        saying: What it hears.

    Attributes:
        heard: Every notification of the server.
        twice: Answers to questions that had one before, or that nobody has asked.
    """

    def __init__(self, said: IO[bytes], saying: IO[bytes]) -> None:
        self.heard: list[Message] = []
        self.twice: list[Message] = []
        self._said, self._saying = said, saying
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[Message]] = {}
        self._numbers = itertools.count(1)
        threading.Thread(target=self._read, daemon=True).start()

    def notify(self, method: str, params: Any = None) -> None:
        """Says something that has no answer."""
        self._write({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> Future[Message]:
        """Asks; the future is the whole answer, with `result` or `error`."""
        number = next(self._numbers)
        answer: Future[Message] = Future()
        self._waiting[number] = answer
        self._write({"id": number, "method": method, "params": params})
        return answer

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Waits for what the server says by itself."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)
        return condition()

    def states(self) -> list[str]:
        """The states that the server has told."""
        return [m["params"]["state"] for m in self.heard if m["method"] == "$/fimble/status"]

    def messages(self) -> list[str]:
        """What the user was told."""
        shown = [m["params"] for m in self.heard if m["method"] == "window/showMessage"]
        return [params["message"] for params in shown]

    def _write(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode("utf-8", "surrogatepass")
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._saying.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self._saying.flush()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (message := self._message()) is not None:
                self._take(message)

    def _message(self) -> Message | None:
        length = 0
        while line := self._said.readline():
            if line == b"\r\n" and length:
                message: Message = json.loads(self._said.read(length))
                return message
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return None

    def _take(self, message: Message) -> None:
        if "method" not in message:
            answer = self._waiting.pop(message["id"], None)
            if answer is None:
                self.twice.append(message)
            else:
                answer.set_result(message)
        elif "id" in message:
            wanted = message["params"].get("items") if message["params"] else None
            result = [None for _ in wanted] if isinstance(wanted, list) else None
            self._write({"id": message["id"], "result": result})
        else:
            self.heard.append(message)
