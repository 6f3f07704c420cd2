"""While offers are found in a large document, everybody else is answered."""

import asyncio
import time
from typing import Any

import pytest
from fimble.generation.testing import ScriptedGenerator

from tests.unit.lsp.wire.talk import INITIALIZE, URI, Talk, talk

FUNCTION = "def f{0}(a):\n    b = a + {0}\n    return b\n\n\n"
ACTION = {
    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}


def actions(kind: int, line: int = 1, character: int = 5) -> dict[str, Any]:
    place = {"line": line, "character": character}
    context = {"diagnostics": [], "triggerKind": kind}
    span = {"start": place, "end": {"line": line + 1, "character": 10}}
    return {"textDocument": {"uri": URI}, "range": span, "context": context}


async def started(client: Talk) -> None:
    support = {"textDocument": {"codeAction": ACTION}}
    client.ask(1, "initialize", {**INITIALIZE, "capabilities": support})
    await client.answer(1)
    client.tell("initialized", {})


def titles(answer: dict[str, Any]) -> list[str]:
    return [action["title"] for action in answer["result"] or []]


async def test_others_are_answered_meanwhile() -> None:
    async with talk(initialized=False) as client:
        await started(client)
        client.open("".join(FUNCTION.format(i) for i in range(4_000)))
        client.ask(2, "textDocument/codeAction", actions(1))
        await asyncio.sleep(0)
        client.ask(3, "test/unknown")
        assert client.answers(3)
        assert not client.answers(2)
        assert "Explain this code" in titles(await client.answer(2))


async def test_beyond_a_length_only_short_offers_are_made(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "fimble")
    async with talk(initialized=False) as client:
        await started(client)
        client.open("".join(FUNCTION.format(i) for i in range(100_000)))
        began = time.perf_counter()
        client.ask(2, "textDocument/codeAction", actions(1))
        found = titles(await client.answer(2))
        assert time.perf_counter() - began < 5
        assert "Explain this code" in found
        assert "Extract function" not in found
        assert "short offers only" in caplog.text


async def test_offers_for_a_text_that_has_changed_are_not_found_at_all() -> None:
    async with talk(initialized=False) as client:
        await started(client)
        client.open("".join(FUNCTION.format(i) for i in range(3_000)))
        for number in range(20):
            client.ask(100 + number, "textDocument/codeAction", actions(2))
            await asyncio.sleep(0)
            place = {"line": 0, "character": 0}
            edit = {"range": {"start": place, "end": place}, "text": "#"}
            document = {"uri": URI, "version": 2 + number}
            change = {"textDocument": document, "contentChanges": [edit]}
            client.tell("textDocument/didChange", change)
        client.ask(200, "textDocument/codeAction", actions(2))
        assert titles(await client.answer(200))
        for number in range(20):
            assert (await client.answer(100 + number))["result"] is None


async def test_where_nothing_is_suggested_nothing_is_read_ahead() -> None:
    generator = ScriptedGenerator(lambda prompt: "")
    async with talk(generator=generator) as client:
        client.open("x=1;" * 10_000, language="javascript")
        place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 40_000}}
        client.ask(1, "textDocument/inlineCompletion", {**place, "context": {"triggerKind": 2}})
        assert (await client.answer(1))["result"] is None
        client.tell("textDocument/didSave", {"textDocument": {"uri": URI}})
        client.open("let y = 1;\n", uri="file:///other.js", language="javascript")
        await client.until(lambda: bool(generator.prefilled))
        (request,) = generator.prefilled
        assert "let y" in str(request.prompt)
        assert "x=1;" not in str(request.prompt)
        assert generator.requests == []
