"""Quick jobs run while a slow one, which uses nothing of theirs, gives way."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from fimble.engine.cancel import CancelToken
from fimble.generation.worker import Worker


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Worker[str]]:
    worker: Worker[str] = Worker()
    await worker.load(lambda: "model")
    yield worker
    worker.close()


class Slow:
    """A job that gives way until it is told to end."""

    def __init__(self, worker: Worker[str], until: Callable[[], bool] = lambda: False) -> None:
        self.end = threading.Event()
        self._worker, self._until = worker, until
        self.began = threading.Event()

    def __call__(self, _: str, cancel: CancelToken) -> str:
        self.began.set()
        stop = time.monotonic() + 30
        while not (self.end.is_set() or cancel.cancelled or self._until()):
            self._worker.give_way()
            time.sleep(0.002)
            assert time.monotonic() < stop
        return "cancelled" if cancel.cancelled else "slow"

    def start(self) -> asyncio.Future[str | None]:
        return asyncio.ensure_future(self._worker.run("slow", self))


def thread(_: str, __: CancelToken) -> str:
    return threading.current_thread().name


async def test_a_quick_job_is_done_in_the_midst_of_a_slow_one(worker: Worker[str]) -> None:
    slow = Slow(worker)
    running = slow.start()
    for _ in range(3):
        found = await asyncio.wait_for(worker.run("typed", thread, quick=True), 10)
        assert found == "engine"
    assert not running.done()
    slow.end.set()
    assert await running == "slow"


async def test_no_other_job_is(worker: Worker[str]) -> None:
    slow = Slow(worker)
    running = slow.start()
    await asyncio.to_thread(slow.began.wait, 10)
    ordinary = asyncio.ensure_future(worker.run("ordinary", thread))
    behind = asyncio.ensure_future(worker.run("behind", thread, background=True))
    await worker.run("typed", thread, quick=True)
    await asyncio.sleep(0.05)
    assert not ordinary.done()
    assert not behind.done()
    slow.end.set()
    assert await asyncio.wait_for(asyncio.gather(running, ordinary, behind), 10) == [
        "slow",
        "engine",
        "engine",
    ]


async def test_a_quick_job_that_fails_or_is_overtaken_leaves_the_slow_one_alone(
    worker: Worker[str],
) -> None:
    def fail(_: str, __: CancelToken) -> str:
        raise ValueError("a fault")

    def wait(_: str, cancel: CancelToken) -> str:
        stopped = threading.Event()
        with cancel.on_cancel(stopped.set):
            assert stopped.wait(30)
        return "stopped"

    slow = Slow(worker)
    running = slow.start()
    assert await asyncio.wait_for(worker.run("typed", fail, quick=True), 10) is None
    older = asyncio.ensure_future(worker.run("typed", wait, quick=True))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(worker.run("typed", thread, quick=True), 10) == "engine"
    assert await older is None
    assert not running.done()
    slow.end.set()
    assert await running == "slow"


async def test_cancelling_the_slow_one_while_it_gives_way_ends_it_behind_the_quick_one(
    worker: Worker[str],
) -> None:
    slow, go = Slow(worker), threading.Event()
    running = slow.start()
    quick = asyncio.ensure_future(
        worker.run("typed", lambda model, _: model if go.wait(30) else None, quick=True)
    )
    await asyncio.sleep(0.05)
    worker.cancel("slow")
    assert await asyncio.wait_for(running, 10) is None
    go.set()
    assert await asyncio.wait_for(quick, 10) == "model"
    assert await asyncio.wait_for(worker.run("next", thread), 10) == "engine"


async def test_after_the_end_nothing_is_begun(worker: Worker[str]) -> None:
    slow = Slow(worker)
    running = slow.start()
    await asyncio.to_thread(slow.began.wait, 10)
    worker.close()
    assert await worker.run("typed", thread, quick=True) is None
    assert await asyncio.wait_for(running, 10) is None
    assert worker.join(10)
