"""What the server keeps for its client. Touched on the event loop only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fimble import pipeline, protocol
from fimble.core.context import CursorContext
from fimble.engine.cancel import CancelToken
from fimble.errors import FimbleError
from fimble.generation import TextGenerator
from fimble.pipeline import Completion, Options
from fimble.settings import Settings
from fimble.worker import Worker

Notify = Callable[[str, str], None]
"""Takes a state of `fimble.protocol` and a message."""

_Result = TypeVar("_Result")


class Session:
    """Settings, the worker, and the state that the client sees."""

    def __init__(self, load: Callable[[], TextGenerator], notify: Notify) -> None:
        self.settings = Settings()
        self._load = load
        self._notify = notify
        self._worker: Worker[TextGenerator] = Worker()
        self._busy = 0
        self._ready = False
        self.closed = False

    async def start(self) -> str:
        """Loads the model.

        Returns:
            "" or, if it failed, what to tell the user.
        """
        self._notify(protocol.LOADING, "Loading the model")
        try:
            await self._worker.load(self._load)
        except FimbleError as error:
            self._notify(protocol.ERROR, str(error))
            return str(error)
        self._ready = True
        self._notify(protocol.IDLE, "")
        return ""

    async def complete(self, context: CursorContext) -> Completion | None:
        """A suggestion; None if it was overtaken or failed."""
        options = Options(
            max_new_tokens=self.settings.max_new_tokens,
            deadline_s=self.settings.deadline_ms / 1000 or None,
        )

        def job(generator: TextGenerator, cancel: CancelToken) -> Completion:
            return pipeline.complete(generator, context, options, cancel)

        return await self.run(context.snapshot.uri, job)

    async def run(
        self,
        key: str,
        job: Callable[[TextGenerator, CancelToken], _Result],
        *,
        background: bool = False,
    ) -> _Result | None:
        """Runs a job on the engine thread; every feature generates this way.

        Args:
            key: What it is for: a newer job of the same key overtakes it.
            job: Blocks while it generates; hands the token on to the generator.
            background: Whether it waits for, and gives way to, every job that a user waits for.

        Returns:
            Its result; None if it was overtaken, or failed, which is logged.
        """
        if background:
            return await self._worker.run(key, job, background=True)
        self._count(+1)
        try:
            return await self._worker.run(key, job)
        finally:
            self._count(-1)

    def cancel(self, uri: str) -> None:
        """The document changed or closed: what runs for it is of no use."""
        self._worker.cancel(uri)

    def close(self) -> None:
        """Ends the engine thread."""
        self.closed = True
        self._worker.close()

    def _count(self, change: int) -> None:
        was, self._busy = self._busy, self._busy + change
        if self._ready and bool(was) != bool(self._busy):
            self._notify(protocol.BUSY if self._busy else protocol.IDLE, "")
