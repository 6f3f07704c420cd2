"""Writes statistics in a thread of its own, so that the event loop never waits for a disk.

Statistics are the least important thing the server does: if the file cannot be written, that is
logged once and recording ends; no request is ever the worse for it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fimble.completion.statistics.database import Database
from fimble.completion.statistics.events import Request
from fimble.errors import FimbleError

_log = logging.getLogger(__name__)
_Job = Callable[[Database], object]


class Recorder:
    """Takes events from any thread and returns at once.

    Args:
        path: The statistics file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="fimble-statistics", daemon=True)
        self._thread.start()

    def request(self, request: Request) -> None:
        """A request was answered."""
        self._jobs.put(lambda database: database.add(request))

    def shown(self, request_id: str) -> None:
        """The editor displayed the suggestion of a request."""
        self._jobs.put(lambda database: database.shown(request_id))

    def accepted(self, request_id: str, chars: int) -> None:
        """The user has taken `chars` characters of the suggestion so far."""
        self._jobs.put(lambda database: database.accepted(request_id, chars))

    def close(self, seconds: float = 2.0) -> None:
        """Writes what is waiting and ends the thread, waiting for it at most `seconds`."""
        self._jobs.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with Database(self._path) as database:
                database.prune(time.time())
                while (job := self._jobs.get()) is not None:
                    job(database)
        except FimbleError as error:
            _log.warning("No statistics are kept: %s", error)
            while self._jobs.get() is not None:
                pass
