import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fimble import assist
from fimble.assist import Task
from fimble.completion.ahead import accepted
from fimble.core.actions import ActionContext, Offer, offers
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import ScriptedGenerator, at_cursor
from fimble.lsp.features import code_action, inline_completion
from fimble.lsp.session import Session
from fimble.lsp.settings import Settings
from fimble.system.power import Usage

PLACE = "bar(█\n"
LINES = {"bar(": "1);\n", "bar(1);\n": "baz(2);\n"}


def script(text: str) -> str:
    return next((line for start, line in LINES.items() if text.endswith(start)), "")


def session_of(generator: ScriptedGenerator, usage: Usage) -> Session:
    return Session(lambda: generator, lambda state, message: None, None, usage)


@pytest.fixture
def generator() -> ScriptedGenerator:
    return ScriptedGenerator(script)


@pytest.fixture
async def session(generator: ScriptedGenerator) -> AsyncIterator[Session]:
    made = session_of(generator, Usage("ignore"))
    await made.start()
    yield made
    made.close()


async def until(count: int, things: list[object]) -> None:
    while len(things) < count:
        await asyncio.sleep(0.005)


async def settle(session: Session) -> None:
    """Waits until what was begun in the background is over."""
    await session.run("other", lambda generator, cancel: None, background=True)


async def test_a_place_is_read_before_anybody_asks(
    session: Session, generator: ScriptedGenerator
) -> None:
    session.ahead.prefill(at_cursor(PLACE, "javascript"))
    await until(1, generator.prefilled)
    assert generator.requests == []
    await session.complete(at_cursor(PLACE, "javascript"))
    assert generator.prefilled[0].prompt == generator.requests[0].prompt


async def test_what_is_read_before_quotes_the_same_text_of_other_files(
    session: Session, generator: ScriptedGenerator
) -> None:
    other = Snapshot("file:///other.js", "other.js", "javascript", 1, "function bar(n) {\n}\n")
    session.neighbours.update(other)
    context = at_cursor(PLACE, "javascript")
    session.ahead.prefill(context)
    await until(1, generator.prefilled)
    session.neighbours.update(replace(other, text="function bar(changed) {\n}\n"))
    await session.complete(context)
    assert generator.prefilled[0].prompt == generator.requests[0].prompt
    assert "function bar(n)" in "".join(part.text for part in generator.requests[0].prompt)


async def test_accepting_a_line_finds_the_next_one_known(
    session: Session, generator: ScriptedGenerator
) -> None:
    context = at_cursor(PLACE, "javascript")
    first = await session.complete(context)
    assert first is not None
    assert first.shown == "1);"
    await until(2, generator.requests)
    await settle(session)
    after = accepted(first, context)
    assert after.prefix == "bar(1);"
    second = await session.complete(after)
    assert second is not None
    assert second.shown == "\nbaz(2);"
    assert second.timings.new_tokens == 0


async def test_what_follows_is_computed_once_while_a_suggestion_is_typed(
    session: Session, generator: ScriptedGenerator
) -> None:
    await session.complete(at_cursor(PLACE, "javascript"))
    await until(2, generator.requests)
    await settle(session)
    for typed in ("bar(1█\n", "bar(1)█\n"):
        completion = await session.complete(at_cursor(typed, "javascript"))
        assert completion is not None
        await asyncio.sleep(0)
        await settle(session)
    assert len(generator.requests) == 2


async def test_typing_along_does_not_begin_what_follows_again(
    session: Session, generator: ScriptedGenerator
) -> None:
    await session.complete(at_cursor(PLACE, "javascript"))
    generator.hold = True
    await until(2, generator.requests)
    completion = await session.complete(at_cursor("bar(1█\n", "javascript"))
    assert completion is not None
    await asyncio.sleep(0.05)
    await session.run("other", lambda generator, cancel: None)
    assert len(generator.requests) == 2


async def test_nothing_follows_an_answer_that_came_too_late(
    session: Session, generator: ScriptedGenerator
) -> None:
    late = asyncio.ensure_future(session.complete(at_cursor(PLACE, "javascript")))
    await asyncio.sleep(0)
    session.asked = at_cursor("elsewhere(█\n", "javascript")
    assert await late is not None
    await asyncio.sleep(0)
    await settle(session)
    assert len(generator.requests) == 1


async def test_what_a_short_prompt_left_out_is_read_before_what_follows_is_computed(
    session: Session, generator: ScriptedGenerator
) -> None:
    generator.far = True
    context = at_cursor(PLACE, "javascript")
    completion = await session.complete(context)
    assert completion is not None
    assert completion.quick
    await until(2, generator.requests)
    await settle(session)
    assert [request.prompt for request in generator.prefilled] == [generator.requests[0].prompt]


async def test_what_is_typed_along_goes_on_reading_the_whole_prompt(
    session: Session, generator: ScriptedGenerator
) -> None:
    generator.far = True
    await session.complete(at_cursor("bar(█\n", "javascript"))
    await until(2, generator.requests)
    await settle(session)
    typed = await session.complete(at_cursor("bar(1█\n", "javascript"))
    assert typed is not None
    assert (typed.quick, typed.timings.new_tokens) == (True, 0)
    await until(2, generator.prefilled)
    assert "bar(1" in "".join(part.text for part in generator.prefilled[-1].prompt)


async def test_an_answer_to_the_whole_prompt_has_nothing_read_behind_it(
    session: Session, generator: ScriptedGenerator
) -> None:
    await session.complete(at_cursor(PLACE, "javascript"))
    await until(2, generator.requests)
    await settle(session)
    assert generator.prefilled == []


async def test_reading_behind_an_answer_ends_when_somebody_asks(
    session: Session, generator: ScriptedGenerator
) -> None:
    generator.far = True
    reading, ended = threading.Event(), threading.Event()

    def prefill(request: GenerationRequest, cancel: CancelToken) -> None:
        reading.set()
        with cancel.on_cancel(ended.set):
            assert ended.wait(30)

    generator.prefill = prefill  # type: ignore[method-assign]
    await session.complete(at_cursor(PLACE, "javascript"))
    await asyncio.to_thread(reading.wait, 30)
    assert await session.complete(at_cursor("elsewhere█\n", "javascript")) is not None
    assert ended.is_set()


async def test_a_user_who_asks_gets_answers_to_the_whole_prompt(
    session: Session, generator: ScriptedGenerator
) -> None:
    generator.far = True
    await session.candidates(at_cursor(PLACE, "javascript"))
    assert [request.quick for request in generator.requests] == [()] * len(generator.requests)
    assert generator.requests != []


async def test_where_suggestions_are_off_nothing_is_read(
    session: Session, generator: ScriptedGenerator
) -> None:
    generator.far = True
    session.configure(Settings(enabled=False))
    context = at_cursor(PLACE, "javascript")
    assert await inline_completion.automatic(session, context, lambda: 1) == ()
    session.read_ahead(context)
    session.rests(context)
    await settle(session)
    assert generator.requests == generator.prefilled == []


async def test_where_the_cursor_comes_to_rest_is_read_in_a_document_that_is_typed_in(
    session: Session, generator: ScriptedGenerator
) -> None:
    typed, elsewhere = (at_cursor(m, "javascript") for m in ("bar█\nfoo\n", "bar\nfoo█\n"))
    session.rests(elsewhere)
    await settle(session)
    assert generator.prefilled == []
    await session.complete(typed)
    session.rests(typed)
    await settle(session)
    assert generator.prefilled == []
    session.rests(elsewhere)
    await until(1, generator.prefilled)
    await session.complete(elsewhere)
    assert generator.prefilled[0].prompt in [request.prompt for request in generator.requests]


async def test_what_is_offered_is_read_before_it_is_chosen(
    session: Session, generator: ScriptedGenerator
) -> None:
    snapshot = Snapshot("file:///a", "a", "python", 1, "def f(a):\n    return a\n")
    found = offers(ActionContext(snapshot, 4, 4))
    code_action.read_ahead(session, snapshot, found)
    await until(1, generator.prefilled)
    assert generator.requests == []
    assist.run("docstring.document", Task(generator, snapshot, {"start": 4}))
    assert generator.prefilled[0].prompt == generator.requests[0].prompt
    assert generator.prefilled[0].key == generator.requests[0].key


async def test_offers_that_need_no_reading_ahead_cause_none(
    session: Session, generator: ScriptedGenerator
) -> None:
    code_action.read_ahead(session, Snapshot("", "", "python", 1, ""), (Offer("", "", "edit"),))
    await settle(session)
    assert generator.prefilled == []


async def test_on_battery_nothing_is_done_ahead(generator: ScriptedGenerator) -> None:
    session = session_of(generator, Usage("save"))
    generator.far = True
    await session.start()
    session.ahead.prefill(at_cursor(PLACE, "javascript"))
    await session.complete(at_cursor(PLACE, "javascript"))
    await settle(session)
    assert generator.prefilled == []
    assert [request.quick for request in generator.requests] == [()]
    session.close()
