"""The suggestions that a client may still report on, and what is recorded of them."""

from __future__ import annotations

import itertools
import uuid
from collections import OrderedDict
from pathlib import Path

from fimble.completion.statistics.events import Request
from fimble.completion.statistics.recorder import Recorder

_REMEMBERED = 64


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

    def flush(self, seconds: float = 2.0) -> None:
        """Writes what waits, for `seconds` at most; the next event opens the file again."""
        if self._recorder is not None:
            self._recorder.close(seconds)
            self._recorder = None

    def _open(self) -> Recorder | None:
        if self._recorder is None and self.path is not None and self.enabled:
            self._recorder = Recorder(self.path)
        return self._recorder if self.enabled else None
