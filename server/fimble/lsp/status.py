"""What the client is told of the model: it loads, rests, works, pauses, or has a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fimble.lsp import protocol

Notify = Callable[[str, str], None]
"""Takes a state of `fimble.lsp.protocol` and a message."""


class Status:
    """The state that the client sees. Touched on the event loop only.

    Args:
        notify: Tells the client a state.

    Attributes:
        problem: Why there is no model, for the user; empty if nothing is wrong.
    """

    def __init__(self, notify: Notify) -> None:
        self.problem = ""
        self._notify = notify
        self._ready = self._paused = False
        self._jobs = 0

    def loading(self) -> None:
        """The model loads for the first time; until it is there, nothing else is told."""
        self._notify(protocol.LOADING, "Loading the model")

    def failed(self, problem: str) -> None:
        """It does not load."""
        self.problem = problem
        self._tell()

    def loaded(self) -> None:
        """It is there."""
        self._ready = True
        self._tell()

    def reloaded(self, problem: str) -> None:
        """It was loaded again after a rest, or there is a problem with it."""
        if self._ready and problem != self.problem:
            self.problem = problem
            self._tell()

    def pause(self, paused: bool) -> None:
        """Whether only suggestions that are asked for come."""
        self._paused = paused
        if self._ready:
            self._tell()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """The block works for the user."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        was, self._jobs = self._jobs, self._jobs + change
        if self._ready and not self.problem and bool(was) != bool(self._jobs):
            self._tell()

    def _tell(self) -> None:
        if self.problem:
            self._notify(protocol.ERROR, self.problem)
            return
        idle = protocol.PAUSED if self._paused else protocol.IDLE
        self._notify(protocol.BUSY if self._jobs else idle, "")
