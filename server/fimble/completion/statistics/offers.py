"""The suggestions that a client may still report on, and what is recorded of them."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from fimble.completion.statistics.database import Database
from fimble.completion.statistics.events import Request
from fimble.core.completion.gate import Taste, Verdict
from fimble.errors import FimbleError

_REMEMBERED = 64
_log = logging.getLogger(__name__)
_Job = Callable[[Database], object]


class Offers:
    """Gives every suggestion an identity and records what becomes of it.

    Nothing is written, and no file made, while `enabled` is off.

    Args:
        path: The statistics file; None records nothing.

    Attributes:
        path: The same.
        enabled: Whether anything is recorded.
    """

    def __init__(self, path: Path | None) -> None:
        self.enabled = True
        self.path = path
        self._recorder: Recorder | None = None
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._run = uuid.uuid4().hex[:12]
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        """An identity that no other suggestion has."""
        return f"{self._run}-{next(self._numbers)}"

    def answered(self, request: Request, text: str) -> None:
        """A request was answered with `text`, "" if it was withheld."""
        if text:
            self._texts[request.id] = text
            while len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)
        if recorder := self._open():
            recorder.request(request)

    def shown(self, identity: str) -> None:
        """The client displays the suggestion; an unknown identity is ignored."""
        if identity in self._texts and (recorder := self._open()):
            recorder.shown(identity)

    def accepted(self, identity: str, utf16_units: int | None = None) -> None:
        """The user took the suggestion, or its first `utf16_units`."""
        text = self._texts.get(identity)
        if text is None or not (recorder := self._open()):
            return
        if utf16_units is not None:
            taken = text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, utf16_units)]
            text = taken.decode("utf-16-le", "ignore")
        recorder.accepted(identity, len(text))

    def retained(self, identity: str, share: float) -> None:
        """So much of the suggestion stood there later, 0 to 1."""
        if identity in self._texts and (recorder := self._open()):
            recorder.retained(identity, round(share * len(self._texts[identity])))

    def learn(self, verdict: Verdict, kept: bool) -> None:
        """What was shown by that verdict stood there later, or did not."""
        if recorder := self._open():
            recorder.learn(verdict, kept)

    @property
    def taste(self) -> Taste:
        """What was learned of the user so far; nothing until the file is read."""
        recorder = self._open()
        return recorder.taste if recorder else Taste()

    def flush(self, seconds: float = 2.0) -> None:
        """Writes what waits, for `seconds` at most; the next event opens the file again."""
        if self._recorder is not None:
            self._recorder.close(seconds)
            self._recorder = None

    def _open(self) -> Recorder | None:
        if self._recorder is None and self.path is not None and self.enabled:
            self._recorder = Recorder(self.path)
        return self._recorder if self.enabled else None


class Recorder:
    """Takes events from any thread, returns at once, and writes in a thread of its own.

    Statistics are the least important thing the server does: if the file cannot be written, that is
    logged once and recording ends; no request is ever the worse for it.

    Args:
        path: The statistics file.

    Attributes:
        taste: What was learned of the user, as far as it is read.
    """

    def __init__(self, path: Path) -> None:
        self.taste = Taste()
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

    def retained(self, request_id: str, chars: int) -> None:
        """So many characters of the suggestion stood there later."""
        self._jobs.put(lambda database: database.retained(request_id, chars))

    def learn(self, verdict: Verdict, kept: bool) -> None:
        """What was shown by that verdict stood there later, or did not."""

        def job(database: Database) -> None:
            self.taste = database.learn(verdict.trait, verdict.chance, kept)

        self._jobs.put(job)

    def close(self, seconds: float = 2.0) -> None:
        """Writes what is waiting and ends the thread, waiting for it at most `seconds`."""
        self._jobs.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with Database(self._path) as database:
                database.prune(time.time())
                self.taste = database.taste()
                while (job := self._jobs.get()) is not None:
                    job(database)
        except FimbleError as error:
            _log.warning("No statistics are kept: %s", error)
            while self._jobs.get() is not None:
                pass
