"""Unloads a room's larger model once nobody has asked it for a while."""

from __future__ import annotations

import asyncio

from fimble.engine.cancel import CancelToken
from fimble.generation.room import Room
from fimble.generation.worker import Worker

_UNANSWERED = 8
"""Jobs in a row that are overtaken, or find no model at all, before none is sent any more."""


class Resting:
    """See the module. Touched on the event loop only.

    Args:
        worker: Owns the room.
        seconds: Without a question, after which the model is unloaded.
    """

    def __init__(self, worker: Worker[Room], seconds: float) -> None:
        self._worker, self._seconds = worker, seconds
        self.task: asyncio.Task[None] | None = None

    def asked(self) -> None:
        """A question is put to the best model: it may be loaded now."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        unanswered = 0
        while unanswered < _UNANSWERED:
            await asyncio.sleep(self._seconds / 4)
            rested = await self._worker.run("rest", self._rest, background=True)
            if rested:
                return
            unanswered = unanswered + 1 if rested is None else 0

    def _rest(self, room: Room, _: CancelToken) -> bool:
        return room.rest(self._seconds)
