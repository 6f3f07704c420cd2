from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Fim
from fimble.errors import EngineError, ModelNotInstalledError, Terminated
from fimble.generation.answer import GenerationResult, Timings
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import ScriptedGenerator, manifest
from fimble.generation.worker import Worker
from fimble.http.local import LocalCompleter, held_back, start, stop_at
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece


@asynccontextmanager
async def completing(generator: ScriptedGenerator) -> AsyncIterator[LocalCompleter]:
    worker: Worker[Any] = Worker()
    yield await start(worker, lambda: generator)
    worker.close()


async def pieces_of(completer: LocalCompleter, request: CompletionRequest) -> list[Piece]:
    return [piece async for piece in completer.complete(request)]


async def test_a_suffix_makes_an_infilling_prompt() -> None:
    generator = ScriptedGenerator(lambda prompt: "x + 1\nmore")
    request = CompletionRequest("return ", "\n}", max_tokens=9, stop=("\n", "+"))
    async with completing(generator) as completer:
        *pieces, last = await pieces_of(completer, request)
    assert "".join(piece.text for piece in (*pieces, last)) == "x "
    assert (last.finish_reason, last.new_tokens) == ("stop", 2)
    assert [s.kind for s in generator.requests[0].prompt].count("special") == 3
    assert generator.requests[0].max_new_tokens == 9


async def test_without_a_suffix_the_text_goes_on() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt.upper())
    async with completing(generator) as completer:
        pieces = await pieces_of(completer, CompletionRequest("abc"))
    assert [piece.text for piece in pieces] == ["ABC", ""]
    assert pieces[-1].finish_reason == "stop"
    assert generator.requests[0].prompt[0].kind == "text"


async def test_without_any_text_it_is_an_empty_file() -> None:
    generator = ScriptedGenerator(lambda prompt: "import os")
    async with completing(generator) as completer:
        pieces = await pieces_of(completer, CompletionRequest(""))
    assert "".join(piece.text for piece in pieces) == "import os"
    assert {s.kind for s in generator.requests[0].prompt} == {"special"}


async def test_a_model_that_only_continues_needs_something_to_continue() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt)
    generator.manifest = dataclasses.replace(manifest(), fim=Fim())
    async with completing(generator) as completer:
        with pytest.raises(BadRequestError, match="cannot begin"):
            await pieces_of(completer, CompletionRequest(""))
        assert await pieces_of(completer, CompletionRequest("a"))


async def test_seeds_are_those_asked_for_else_never_the_same() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt)
    async with completing(generator) as completer:
        for seed in (7, 7, None, None, None):
            await pieces_of(completer, CompletionRequest("x", temperature=1.0, seed=seed))
    first, second, *free = [request.seed for request in generator.requests]
    assert first == second == 7
    assert len({7, *free}) == 4


def test_the_earliest_stop_text_counts() -> None:
    rule = stop_at(("b", "a"))
    assert rule("xxab") == 2
    assert rule("xx") is None
    assert stop_at(())("xx") is None


class Growing(ScriptedGenerator):
    """Says a text letter by letter; waits before the end until it is cancelled."""

    def __init__(self, text: str, *, waits: bool = False) -> None:
        super().__init__(lambda prompt: text)
        self.text, self.waits = text, waits
        self.waiting, self.cancelled = threading.Event(), threading.Event()

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        assert request.stop is not None
        for end in range(1, len(self.text) + 1):
            cut = request.stop(self.text[:end])
            if cut is not None:
                return GenerationResult(self.text[:cut], "rule", Timings(4, 0, 1, 2, end))
        if self.waits:
            with cancel.on_cancel(self.cancelled.set):
                self.waiting.set()
                self.cancelled.wait(30)
            raise Terminated("The request was cancelled.")
        return GenerationResult(self.text, "length", Timings(4, 0, 1, 2, len(self.text)))


async def test_pieces_come_as_they_are_said_and_a_stop_text_never_in_part() -> None:
    request = CompletionRequest("x", stop=("END",))
    async with completing(Growing("aEbENDc")) as completer:
        pieces = await pieces_of(completer, request)
    assert [piece.text for piece in pieces] == ["a", "Eb", ""]
    assert pieces[-1] == Piece("", "stop", 4, 6)
    async with completing(Growing("aE")) as completer:
        pieces = await pieces_of(completer, request)
    assert [piece.text for piece in pieces] == ["a", "E"]
    assert pieces[-1].finish_reason == "length"


@pytest.mark.parametrize("way", ["close", "cancel"])
async def test_who_goes_away_ends_the_generation_and_the_next_one_has_its_turn(way: str) -> None:
    generator = Growing("ab", waits=True)
    async with completing(generator) as completer:
        async with aclosing(completer.complete(CompletionRequest("x"))) as pieces:
            assert (await anext(pieces)).text == "a"
            await asyncio.to_thread(generator.waiting.wait, 30)
            if way == "cancel":
                assert (await anext(pieces)).text == "b"
                task = asyncio.create_task(anext(pieces))  # type: ignore[arg-type]
                await asyncio.sleep(0)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        generator.waits = False
        following = await pieces_of(completer, CompletionRequest("x"))
    assert generator.cancelled.is_set()
    assert "".join(piece.text for piece in following) == "ab"


async def test_what_the_engine_says_of_a_failure_reaches_the_client() -> None:
    def broken(prompt: str) -> str:
        raise EngineError("The model broke.")

    async with completing(ScriptedGenerator(broken)) as completer:
        with pytest.raises(EngineError, match="broke"):
            await pieces_of(completer, CompletionRequest("x"))


async def test_what_nobody_expected_is_an_answer_too() -> None:
    def broken(prompt: str) -> str:
        raise ZeroDivisionError

    async with completing(ScriptedGenerator(broken)) as completer:
        with pytest.raises(EngineError, match="log says why"):
            await pieces_of(completer, CompletionRequest("x"))


async def test_a_model_that_does_not_load_is_told_at_once() -> None:
    def missing() -> ScriptedGenerator:
        raise ModelNotInstalledError("The model is not installed.")

    worker: Worker[Any] = Worker()
    with pytest.raises(ModelNotInstalledError):
        await start(worker, missing)
    worker.close()


@pytest.mark.parametrize(
    ("text", "held"), [("", 0), ("a\r", 1), ("ab", 0), ("a\r\nE", 1), ("EN", 2)]
)
def test_what_may_be_a_stop_text_is_held_back(text: str, held: int) -> None:
    assert held_back(text, ("\r\n", "END")) == held
