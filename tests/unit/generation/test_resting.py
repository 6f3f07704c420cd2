"""A larger model that nobody asks is unloaded, and nothing wakes up for ever."""

from __future__ import annotations

import asyncio

from fimble.generation.resting import Resting
from fimble.generation.room import Large, Room
from fimble.generation.testing import ScriptedGenerator
from fimble.generation.worker import Worker

from .test_room import Setting, answer, saying


async def ended(resting: Resting) -> None:
    assert resting.task is not None
    await asyncio.wait_for(resting.task, 20)


async def test_it_is_unloaded_when_nobody_asks_and_watched_again_when_somebody_does() -> None:
    setting = Setting(lambda: saying("large"))
    worker: Worker[Room] = Worker()
    await worker.load(lambda: Room(saying("small"), setting.large, short=lambda: False))
    resting = Resting(worker, 0.05)
    for loads in (1, 2):
        assert await worker.run("a", lambda room, _: answer(room)) == "large"
        resting.asked()
        resting.asked()
        await ended(resting)
        assert len(setting.loads) == loads
    worker.close()


async def test_as_long_as_questions_come_it_stays() -> None:
    setting = Setting(lambda: saying("large"))
    worker: Worker[Room] = Worker()
    await worker.load(lambda: Room(saying("small"), setting.large, short=lambda: False))
    resting = Resting(worker, 5)
    for _ in range(5):
        await worker.run("a", lambda room, _: answer(room))
        resting.asked()
        await asyncio.sleep(0.01)
    assert setting.loads == ["auto"]
    assert resting.task is not None
    assert not resting.task.done()
    resting.task.cancel()
    worker.close()


async def test_where_there_is_no_model_it_is_given_up() -> None:
    worker: Worker[Room] = Worker()
    worker.load_when_asked(lambda: Room(ScriptedGenerator(lambda prompt: "small"), Large()))
    resting = Resting(worker, 0.02)
    resting.asked()
    await ended(resting)
    worker.close()
