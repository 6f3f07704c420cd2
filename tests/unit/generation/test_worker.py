import asyncio
import threading
import weakref

import pytest
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, ModelNotInstalledError
from fimble.generation.worker import Worker


async def loaded() -> Worker[str]:
    worker: Worker[str] = Worker()
    await worker.load(lambda: "model")
    return worker


def wait_for_cancel(_: str, cancel: CancelToken) -> str:
    stopped = threading.Event()
    with cancel.on_cancel(stopped.set):
        assert stopped.wait(30)
    return "stopped"


async def test_the_latest_job_of_a_key_wins() -> None:
    worker = await loaded()
    first = asyncio.ensure_future(worker.run("a", wait_for_cancel))
    await asyncio.sleep(0.05)
    assert await worker.run("a", lambda model, _: model) == "model"
    assert await first is None
    worker.close()


async def test_a_waiting_job_is_answered_while_another_document_runs() -> None:
    worker = await loaded()
    running = asyncio.ensure_future(worker.run("a", wait_for_cancel))
    await asyncio.sleep(0.05)
    waiting = asyncio.ensure_future(worker.run("b", lambda model, _: model))
    await asyncio.sleep(0.05)
    worker.cancel("b")
    assert await asyncio.wait_for(waiting, 10) is None
    assert not running.done()
    worker.close()
    assert await running is None


async def test_cancelling_the_task_cancels_the_job() -> None:
    worker = await loaded()
    task = asyncio.ensure_future(worker.run("a", wait_for_cancel))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(worker.run("b", lambda model, _: model), 10) == "model"
    worker.close()


async def test_a_failing_job_is_none_and_the_next_one_runs() -> None:
    worker = await loaded()

    def fail(_: str, __: CancelToken) -> str:
        raise EngineError("The runtime failed.")

    assert await worker.run("a", fail) is None
    assert await worker.run("a", lambda model, _: model) == "model"
    worker.close()


async def test_without_a_resource_jobs_are_none() -> None:
    worker: Worker[str] = Worker()

    def load() -> str:
        raise ModelNotInstalledError("No model.")

    with pytest.raises(ModelNotInstalledError):
        await worker.load(load)
    assert await worker.run("a", lambda model, _: model) is None
    worker.close()
    assert await worker.run("a", lambda model, _: model) is None


async def test_what_is_asked_before_the_model_loads_is_answered_by_it() -> None:
    worker: Worker[str] = Worker()
    early = asyncio.ensure_future(worker.run("a", lambda model, _: model))
    await asyncio.sleep(0.05)
    await worker.load(lambda: "model")
    assert await early == "model"
    worker.close()


async def test_a_model_that_fails_to_load_for_no_known_reason_is_not_taken_for_loaded() -> None:
    worker: Worker[str] = Worker()

    def load() -> str:
        raise ValueError("Out of range.")

    with pytest.raises(EngineError, match="does not load"):
        await worker.load(load)
    worker.close()


async def test_interactive_work_stops_background_work_and_goes_first() -> None:
    worker = await loaded()
    background = asyncio.ensure_future(worker.run("a", wait_for_cancel, background=True))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(worker.run("a", lambda model, _: model), 10) == "model"
    assert await background is None
    worker.close()


async def test_background_work_waits_for_what_runs() -> None:
    worker = await loaded()
    order: list[str] = []
    go = threading.Event()

    def first(_: str, __: CancelToken) -> None:
        go.wait(30)
        order.append("first")

    jobs = [asyncio.ensure_future(worker.run("a", first))]
    await asyncio.sleep(0.05)
    jobs.append(
        asyncio.ensure_future(worker.run("b", lambda *_: order.append("later"), background=True))
    )
    await asyncio.sleep(0.05)
    go.set()
    await asyncio.wait_for(asyncio.gather(*jobs), 10)
    assert order == ["first", "later"]
    worker.close()


async def test_an_idle_resource_is_given_up_and_made_again_on_demand() -> None:
    class Model(list[int]):
        """A list that can be referred to weakly."""

    worker: Worker[Model] = Worker(idle_s=0.02)
    made: list[weakref.ref[Model]] = []

    def load() -> Model:
        model = Model()
        made.append(weakref.ref(model))
        return model

    await worker.load(load)
    while made[0]() is not None:
        await asyncio.sleep(0.01)
    assert await worker.run("a", lambda model, _: len(model), background=True) is None
    assert await worker.run("a", lambda model, _: len(model)) == 0
    assert len(made) == 2
    worker.close()


async def test_no_document_is_mistaken_for_the_load() -> None:
    worker: Worker[str] = Worker()
    begun, go_on = threading.Event(), threading.Event()

    def load() -> str:
        begun.set()
        assert go_on.wait(30)
        return "model"

    loading = asyncio.ensure_future(worker.load(load))
    await asyncio.to_thread(begun.wait, 30)
    asked = asyncio.ensure_future(worker.run("", lambda model, _: model))
    worker.cancel("")
    again = asyncio.ensure_future(worker.run("", lambda model, _: model))
    await asyncio.sleep(0.05)
    go_on.set()
    await loading
    assert (await asked, await again) == (None, "model")
    worker.close()
