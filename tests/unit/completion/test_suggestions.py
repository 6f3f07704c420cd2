"""Typing along, deleting back and leaving, with a model that is answered by hand."""

from __future__ import annotations

import asyncio

import pytest
from fimble.completion.pipeline import Completion
from fimble.completion.suggestions import GRACE_S, Suggestions, Watch
from fimble.core.completion.context import CursorContext
from fimble.core.completion.doubted import Doubted
from fimble.generation.answer import Timings
from fimble.generation.testing import at_cursor


class Model:
    def __init__(self) -> None:
        self.asked: list[tuple[CursorContext, Watch, asyncio.Future[Completion | None]]] = []
        self.cancelled: list[str] = []
        self.suggestions = Suggestions(self.compute, self.cancelled.append)

    async def compute(self, context: CursorContext, watch: Watch) -> Completion | None:
        future: asyncio.Future[Completion | None] = asyncio.get_running_loop().create_future()
        self.asked.append((context, watch, future))
        return await future

    def answer(self, text: str, index: int = -1) -> None:
        context, _, future = self.asked[index]
        place = (context.offset, context.offset)
        future.set_result(Completion(text, text, None, "stop", Timings(), place))

    def ask(self, marked: str) -> asyncio.Task[Completion | None]:
        return asyncio.ensure_future(self.suggestions.complete(at_cursor(marked)))

    async def asks(self, marked: str) -> asyncio.Task[Completion | None]:
        """Asks, and gives what that begins a moment."""
        task = self.ask(marked)
        await asyncio.sleep(0.01)
        return task


async def shown(task: asyncio.Task[Completion | None]) -> str | None:
    completion = await asyncio.wait_for(task, 5)
    return completion.shown if completion else None


async def test_typing_along_and_back_asks_the_model_once() -> None:
    model = Model()
    first = model.ask("x = █\n")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    model.answer("abc + 1")
    assert await shown(first) == "abc + 1"
    assert await shown(model.ask("x = ab█\n")) == "c + 1"
    assert await shown(model.ask("x = █\n")) == "abc + 1"
    assert len(model.asked) == 1


async def test_what_the_gate_withheld_is_judged_again_as_its_beginning_is_typed() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    doubted = Doubted("abc(1)", (3, 4, 5, 6), (-6.0, -0.1, -0.1, -0.1))
    context, _, future = model.asked[-1]
    place = (context.offset, context.offset)
    withheld = Completion("", "abc(1)", "unlikely", "stop", Timings(), place, doubted=doubted)
    future.set_result(withheld)
    assert await shown(first) == ""
    for marked, rest in (
        ("x = █\n", ""),
        ("x = ab█\n", ""),
        ("x = abc█\n", "(1)"),
        ("x = abc(█)\n", "1)"),
        ("x = a█\n", ""),
    ):
        completion = await model.ask(marked)
        assert completion is not None
        assert completion.shown == rest
        assert completion.reason == (None if rest else "unlikely")
        assert completion.verdict is not None
    assert len(model.asked) == 1
    await model.asks("x = b█\n")
    assert len(model.asked) == 2


async def test_a_range_moves_with_the_cursor() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    model.answer("abc")
    await first
    completion = await model.ask("x = a█\n")
    assert completion is not None
    assert completion.insert_range == (5, 5)


async def test_typing_along_what_runs_waits_for_it() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    assert model.asked[0][1]("ab")
    first.cancel()
    second = await model.asks("x = abc█\n")
    assert len(model.asked) == 1
    model.answer("abcd")
    assert await shown(second) == "d"


async def test_leaving_what_runs_ends_it_and_asks_again() -> None:
    model = Model()
    await model.asks("x = █\n")
    assert model.asked[0][1]("ab")
    second = await model.asks("x = z█\n")
    assert len(model.asked) == 2
    model.answer("0")
    assert await shown(second) == "0"


async def test_a_text_that_turns_away_is_not_shown() -> None:
    model = Model()
    await model.asks("x = █\n")
    second = await model.asks("x = a█\n")
    assert not model.asked[0][1]("b")
    model.answer("b", 0)
    await asyncio.sleep(0.01)
    assert len(model.asked) == 2
    model.answer("lpha")
    assert await shown(second) == "lpha"


async def test_what_nobody_takes_over_is_cancelled() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    before = len(model.cancelled)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.sleep(2 * GRACE_S)
    assert len(model.cancelled) == before + 1


async def test_a_closed_document_is_forgotten() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    model.answer("abc")
    await first
    model.suggestions.forget("file:///test")
    await model.asks("x = █\n")
    assert len(model.asked) == 2


async def test_of_those_who_wait_for_a_text_that_turns_away_the_newest_is_answered() -> None:
    model = Model()
    await model.asks("x = █\n")
    older, newer = model.ask("x = a█\n"), await model.asks("x = ab█\n")
    model.answer("b", 0)
    assert await shown(older) is None
    await asyncio.sleep(0.01)
    assert [context.prefix for context, _, _ in model.asked] == ["x = ", "x = ab"]
    model.answer("c")
    assert await shown(newer) == "c"


async def test_what_was_ended_is_not_wanted_even_before_the_model_has_said_anything() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    watch = model.asked[0][1]
    assert watch("")
    model.suggestions.forget("file:///test")
    assert not watch("")
    model.answer("abc")
    assert await shown(first) is None


async def test_a_computation_that_fails_is_not_waited_for() -> None:
    model = Model()
    first = await model.asks("x = █\n")
    model.asked[0][2].set_exception(OSError("no such file"))
    with pytest.raises(OSError, match="no such file"):
        await first
    second = await model.asks("x = █\n")
    model.answer("abc")
    assert await shown(second) == "abc"
