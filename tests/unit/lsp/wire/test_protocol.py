"""Every request is answered exactly once, whatever it is and whenever it comes."""

import asyncio
import json
from typing import Any

import pytest

from tests.unit.lsp.wire.talk import INITIALIZE, URI, talk

AT = {"line": 0, "character": 0}
INLINE = {"textDocument": {"uri": URI}, "position": AT, "context": {"triggerKind": 1}}
METHOD = "textDocument/inlineCompletion"


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in INLINE.items() if name != key}


WRONG = [
    None,
    [],
    "text",
    7,
    {},
    without("context"),
    without("position"),
    without("textDocument"),
    {**INLINE, "position": None},
    {**INLINE, "position": {"line": -1, "character": 0}},
    {**INLINE, "position": {"line": 2147483648, "character": 0}},
    {**INLINE, "position": {"line": 0, "character": -1}},
    {**INLINE, "position": {"line": 0.5, "character": 0}},
    {**INLINE, "position": {"line": "0", "character": 0}},
    {**INLINE, "position": {"line": 0, "character": True}},
    {**INLINE, "position": {"line": 0}},
    {**INLINE, "textDocument": {"uri": 5}},
    {**INLINE, "textDocument": {"uri": None}},
    {**INLINE, "context": {"triggerKind": "Invoked"}},
    {**INLINE, "textDocument": {"uri": "file:///never/opened.py"}},
]


@pytest.mark.parametrize("params", WRONG, ids=lambda params: json.dumps(params)[:60])
async def test_wrong_parameters_are_refused_with_a_sentence(params: Any) -> None:
    async with talk() as client:
        client.open("x =")
        client.ask(7, METHOD, params)
        error = (await client.answer(7))["error"]
        assert error["code"] == -32602
        assert error["message"].endswith(".")
        assert "data" not in error
        client.ask(8, METHOD, INLINE)
        assert "result" in await client.answer(8)


async def test_missing_parameters_are_refused_too() -> None:
    async with talk() as client:
        client.say({"jsonrpc": "2.0", "id": 7, "method": METHOD})
        assert (await client.answer(7))["error"]["code"] == -32602


async def test_kind_zero_is_asked_for() -> None:
    async with talk() as client:
        client.open("x =")
        place = {"line": 0, "character": 3}
        client.ask(7, METHOD, {**INLINE, "position": place, "context": {"triggerKind": 0}})
        assert (await client.answer(7))["result"]["items"][0]["insertText"] == " x"


@pytest.mark.parametrize("method", [METHOD, "shutdown", "textDocument/hover", "$/unknown"])
async def test_before_initialize(method: str) -> None:
    async with talk(initialized=False) as client:
        client.ask(1, method, {})
        assert (await client.answer(1))["error"]["code"] == -32002
        client.tell("textDocument/didOpen", {"textDocument": {}})
        client.ask(2, "initialize", INITIALIZE)
        assert "capabilities" in (await client.answer(2))["result"]


@pytest.mark.parametrize(
    "params",
    [
        {**INITIALIZE, "capabilities": None},
        {**INITIALIZE, "processId": "x"},
        {"processId": None},
        None,
        [1],
    ],
)
async def test_a_wrong_initialize_may_be_said_again(params: Any) -> None:
    async with talk(initialized=False) as client:
        client.ask(1, "initialize", params)
        assert (await client.answer(1))["error"]["code"] == -32602
        client.ask(2, METHOD, INLINE)
        assert (await client.answer(2))["error"]["code"] == -32002
        client.ask(3, "initialize", INITIALIZE)
        assert "result" in await client.answer(3)


async def test_a_second_initialize_changes_nothing() -> None:
    async with talk() as client:
        client.open("x =")
        client.ask(1, "initialize", INITIALIZE)
        assert (await client.answer(1))["error"]["code"] == -32600
        client.ask(2, METHOD, {**INLINE, "position": {"line": 0, "character": 3}})
        assert (await client.answer(2))["result"]["items"]


@pytest.mark.parametrize("method", ["shutdown", METHOD, "initialize", "unknown/method"])
async def test_after_shutdown(method: str) -> None:
    async with talk() as client:
        client.ask(1, "shutdown")
        assert (await client.answer(1))["result"] is None
        client.ask(2, method, INITIALIZE)
        assert (await client.answer(2))["error"]["code"] == -32600
        assert client.server.protocol.status == 0


@pytest.mark.parametrize("params", [None, {}, [], 5])
async def test_shutdown_takes_whatever_parameters(params: Any) -> None:
    async with talk() as client:
        client.ask(1, "shutdown", params)
        assert "result" in await client.answer(1)


@pytest.mark.parametrize(
    ("content", "code", "number"),
    [
        (b"", -32700, None),
        (b"{", -32700, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}', -32700, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "a", "params": NaN}', -32700, None),
        (b"[" * 100_000, -32700, None),
        (b'{"id": ' + b"1" * 5000 + b"}", -32700, None),
        (b"[]", -32600, None),
        (b"5", -32600, None),
        (b"null", -32600, None),
        (b'{"id": 1, "method": "textDocument/hover"}', -32600, 1),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "textDocument/hover"}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": 1, "params": {}}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": 1}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": null, "method": "textDocument/hover"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "textDocument/hover"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": true, "method": "textDocument/hover"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "textDocument/didOpen"}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "exit"}', -32600, 1),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover"}', -32601, 1),
        (
            b'{"jsonrpc": "2.0", "id": "a", "method": "x", "params": {"type_name": "class"}}',
            -32601,
            "a",
        ),
        (b'{"jsonrpc": "2.0", "id": 1.0, "method": "textDocument/hover"}', -32601, 1),
    ],
)
async def test_what_is_no_request_is_answered_too(content: bytes, code: int, number: Any) -> None:
    async with talk() as client:
        client.say(content)
        error = (await client.answer(number))["error"]
        assert error["code"] == code
        client.ask(9, "fimble/unknown")
        assert (await client.answer(9))["error"]["code"] == -32601


async def test_jsonrpc_may_stand_inside() -> None:
    async with talk() as client:
        inside = {"jsonrpc": "2.0", "id": 3, "method": "exit", "params": {"jsonrpc": "1.0"}}
        arguments = [{"uri": URI, "metadata": inside}]
        client.ask(1, "workspace/executeCommand", {"command": "fimble.run", "arguments": arguments})
        assert "result" in await client.answer(1)
        cell = {"kind": 2, "document": "file:///a#1", "metadata": inside}
        book = {"uri": "file:///a", "notebookType": "x", "version": 1, "cells": [cell]}
        text = {"uri": "file:///a#1", "languageId": "python", "version": 1, "text": "x ="}
        opened = {"notebookDocument": {**book, "metadata": inside}, "cellTextDocuments": [text]}
        client.tell("notebookDocument/didOpen", opened)
        place = {"textDocument": {"uri": "file:///a#1"}, "position": {"line": 0, "character": 3}}
        client.ask(2, METHOD, {**place, "context": {"triggerKind": 1}})
        assert (await client.answer(2))["result"]["items"]


async def test_a_handler_that_fails_answers_once_and_its_text_stays_here() -> None:
    async with talk() as client:

        @client.server.feature("test/fails")
        async def fails(ls: Any, params: Any) -> None:
            raise KeyError("secret of the user")

        @client.server.feature("test/failsAtOnce")
        def fails_at_once(ls: Any, params: Any) -> None:
            raise RuntimeError("secret of the user")

        @client.server.feature("test/unwritable")
        def unwritable(ls: Any, params: Any) -> Any:
            return {"answer": float("nan"), "more": object}

        for number, method in enumerate(("test/fails", "test/failsAtOnce", "test/unwritable")):
            client.ask(number, method)
            answer = await client.answer(number)
            assert answer["error"]["code"] == -32603
            assert "secret" not in json.dumps(answer)


async def test_a_command_that_ends_itself_is_answered() -> None:
    async with talk() as client:

        @client.server.command("test.cancels")
        async def cancels(ls: Any, *arguments: Any) -> None:
            raise asyncio.CancelledError

        client.ask(1, "workspace/executeCommand", {"command": "test.cancels"})
        assert (await client.answer(1))["error"]["code"] == -32800


async def test_a_cancelled_request_is_answered_once_as_cancelled() -> None:
    async with talk() as client:

        @client.server.feature("test/waits")
        async def waits(ls: Any, params: Any) -> None:
            await asyncio.sleep(60)

        client.ask(1, "test/waits")
        await asyncio.sleep(0.01)
        client.tell("$/cancelRequest", {"id": 1})
        client.tell("$/cancelRequest", {"id": 1})
        assert (await client.answer(1))["error"]["code"] == -32800
        await asyncio.sleep(0.05)
        assert len(client.answers(1)) == 1


async def test_shutdown_answers_what_is_under_way() -> None:
    async with talk() as client:

        @client.server.feature("test/waits")
        async def waits(ls: Any, params: Any) -> None:
            await asyncio.sleep(60)

        for number in range(5):
            client.ask(number, "test/waits")
        client.ask("end", "shutdown")
        assert (await client.answer("end"))["result"] is None
        for number in range(5):
            assert (await client.answer(number))["error"]["code"] == -32800


@pytest.mark.parametrize(
    "said",
    [
        {"result": "not what it should be"},
        {"result": {"applied": True, "failureReason": 5}},
        {"error": "text"},
        {"error": {"code": "x"}},
        {"error": {"code": -32099, "message": "no"}},
        {},
    ],
)
async def test_a_bad_answer_of_the_client_fails_what_waits_for_it(said: dict[str, Any]) -> None:
    async with talk() as client:
        asked = asyncio.ensure_future(_apply(client.server))
        wanted = "workspace/applyEdit"
        await client.until(lambda: any(m.get("method") == wanted for m in client.heard))
        number = next(m["id"] for m in client.heard if m.get("method") == wanted)
        client.say({"jsonrpc": "2.0", "id": number, **said})
        done, _ = await asyncio.wait({asked}, timeout=10)
        assert done  # with an exception: `{}` and null hold no result either
        client.say({"jsonrpc": "2.0", "id": number, "result": None})  # late and twice: of no use
        assert asked.exception() is not None


async def _apply(server: Any) -> Any:
    from lsprotocol import types

    edit = types.ApplyWorkspaceEditParams(types.WorkspaceEdit())
    return await server.workspace_apply_edit_async(edit)


async def test_an_answer_cannot_be_given_for_a_request_of_the_client() -> None:
    async with talk() as client:

        @client.server.feature("test/waits")
        async def waits(ls: Any, params: Any) -> str:
            await asyncio.sleep(0.05)
            return "own"

        client.ask(1, "test/waits")
        client.say({"jsonrpc": "2.0", "id": 1, "result": "forged"})
        assert (await client.answer(1))["result"] == "own"


async def test_exit_is_heeded_at_any_time() -> None:
    async with talk(initialized=False) as client:
        ended: list[str] = []
        client.server.protocol.on_exit = ended.append
        client.tell("exit", {})
        client.tell("exit", None)
        assert len(ended) == 2
        assert client.server.protocol.status == 1
