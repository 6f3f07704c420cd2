import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, ModelNotInstalledError, Terminated
from fimble.generation.lending import LentGenerator
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.generation.testing import ScriptedGenerator
from fimble.generation.worker import Worker

ASKED = GenerationRequest("file:///a", (plain("question"),))


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Worker[TextGenerator]]:
    worker: Worker[TextGenerator] = Worker()
    yield worker
    worker.close()


async def lent(worker: Worker[TextGenerator], generator: TextGenerator) -> LentGenerator:
    await worker.load(lambda: generator)
    return LentGenerator(worker, asyncio.get_running_loop())


async def test_every_call_is_answered_by_the_engine_thread(worker: Worker[TextGenerator]) -> None:
    threads: set[str] = set()

    def script(prompt: str) -> str:
        threads.add(threading.current_thread().name)
        return f"answer to {prompt}"

    owned = ScriptedGenerator(script)
    borrowed, cancel = await lent(worker, owned), CancelToken()

    def work() -> None:
        assert borrowed.manifest is owned.manifest
        assert borrowed.generate(ASKED, cancel).text == "answer to question"
        assert [r.text for r in borrowed.candidates(ASKED, 2, cancel)] == 2 * ["answer to question"]
        assert borrowed.scores(ASKED, ["answer", "other"], cancel) == owned.scores(
            ASKED, ["answer", "other"], cancel
        )
        borrowed.prefill(ASKED, cancel)

    await asyncio.to_thread(work)
    assert owned.prefilled == [ASKED]
    assert "engine" in threads


async def test_errors_of_the_engine_reach_the_caller(worker: Worker[TextGenerator]) -> None:
    def script(prompt: str) -> str:
        raise EngineError("The runtime failed.")

    borrowed = await lent(worker, ScriptedGenerator(script))
    with pytest.raises(EngineError, match="The runtime failed"):
        await asyncio.to_thread(borrowed.generate, ASKED, CancelToken())


async def test_cancelling_stops_a_call_that_runs_or_waits(worker: Worker[TextGenerator]) -> None:
    generator = ScriptedGenerator(str)
    generator.hold = True
    borrowed, cancel = await lent(worker, generator), CancelToken()
    running = asyncio.ensure_future(asyncio.to_thread(borrowed.generate, ASKED, cancel))
    while not generator.requests:
        await asyncio.sleep(0.01)
    waiting = asyncio.ensure_future(worker.run("a completion", lambda _, __: "done"))
    cancel.cancel()
    with pytest.raises(Terminated):
        await running
    assert await waiting == "done"
    with pytest.raises(Terminated):
        await asyncio.to_thread(borrowed.generate, ASKED, cancel)


async def test_without_a_model_calls_end(worker: Worker[TextGenerator]) -> None:
    def load() -> TextGenerator:
        raise ModelNotInstalledError("No model.")

    with pytest.raises(ModelNotInstalledError):
        await worker.load(load)
    borrowed = LentGenerator(worker, asyncio.get_running_loop())
    with pytest.raises(Terminated, match="not loaded"):
        await asyncio.to_thread(borrowed.generate, ASKED, CancelToken())
