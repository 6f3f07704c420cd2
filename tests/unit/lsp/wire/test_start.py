"""Whatever fails in the start is told once; the model loads, and requests are answered."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lsp.wire.talk import INITIALIZE, URI, Talk, talk

ASK = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 3}}
INVOKED = {**ASK, "context": {"triggerKind": 1}}


def messages(client: Talk) -> list[str]:
    return [m["params"]["message"] for m in client.heard if m.get("method") == "window/showMessage"]


async def is_answered(client: Talk) -> None:
    client.open("x =")
    client.ask("asked", "textDocument/inlineCompletion", INVOKED)
    assert (await client.answer("asked"))["result"]["items"][0]["insertText"] == " x"


FOLDERS: list[Any] = [
    "file:///a%00b",
    "file:///" + "a" * 5000,
    "file:///does/not/exist",
    "untitled:x",
    "http://[::1",
    "file://[bad/x",
    "%5B%5D://[x",
    "",
    "\ud800",
]


@pytest.mark.parametrize("uri", FOLDERS, ids=ascii)
async def test_a_folder_that_cannot_be_read(uri: str) -> None:
    async with talk(initialized=False) as client:
        folders = [{"uri": uri, "name": "x"}]
        roots = {"rootUri": uri, "rootPath": uri, "workspaceFolders": folders}
        client.ask(1, "initialize", {**INITIALIZE, **roots})
        assert "result" in await client.answer(1)
        client.tell("initialized")
        await is_answered(client)
        assert len(messages(client)) <= 1


@pytest.mark.parametrize("uri", [*FOLDERS, "file:///ws/a%00b.py", "a b", "a%20b"], ids=ascii)
async def test_a_document_whose_uri_is_none_is_a_text_all_the_same(uri: str) -> None:
    async with talk() as client:
        client.open("x =", uri)
        client.ask(1, "textDocument/inlineCompletion", {**INVOKED, "textDocument": {"uri": uri}})
        assert (await client.answer(1))["result"]["items"]
        place = {"start": ASK["position"], "end": ASK["position"]}
        around = {"range": place, "context": {"diagnostics": []}, "textDocument": {"uri": uri}}
        client.ask(2, "textDocument/codeAction", around)
        assert "result" in await client.answer(2)
        client.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        client.ask(3, "textDocument/inlineCompletion", {**INVOKED, "textDocument": {"uri": uri}})
        assert (await client.answer(3))["error"]["code"] == -32602


def _raise(*_: Any) -> Any:
    raise OSError("a fault of the test")


STEPS: list[Callable[[Talk], None]] = [
    lambda client: setattr(client.server.session, "look_around", _raise),
    lambda client: setattr(client.server.session, "configure", _raise),
    lambda client: setattr(client.server.work_done_progress, "begin", _raise),
    lambda client: setattr(client.server.work_done_progress, "end", _raise),
]


@pytest.mark.parametrize("break_it", STEPS)
async def test_a_step_that_fails_is_told_once_with_its_traceback_in_the_log(
    break_it: Callable[[Talk], None], caplog: pytest.LogCaptureFixture
) -> None:
    async with talk(initialized=False) as client:
        break_it(client)
        window = {"window": {"workDoneProgress": True}}
        client.ask(1, "initialize", {**INITIALIZE, "capabilities": window})
        assert "capabilities" in (await client.answer(1))["result"]
        client.tell("initialized", {})
        await _grant_progress(client)
        await is_answered(client)
        await client.until(lambda: bool(messages(client)))
        await asyncio.sleep(0.05)
        (said,) = messages(client)
        assert said.startswith("Fimble works, but without ")
        assert "a fault of the test" in caplog.text
        assert "Traceback" in caplog.text


async def _grant_progress(client: Talk) -> None:
    create = "window/workDoneProgress/create"
    await client.until(lambda: any(m.get("method") == create for m in client.heard))
    number = next(m["id"] for m in client.heard if m.get("method") == create)
    client.say({"jsonrpc": "2.0", "id": number, "result": None})


@pytest.mark.parametrize("answer", [{"error": "no"}, {"result": {}}, {"error": {"code": 1.5}}])
async def test_a_client_that_answers_nonsense_about_progress(answer: dict[str, Any]) -> None:
    async with talk(initialized=False) as client:
        window = {"window": {"workDoneProgress": True}}
        client.ask(1, "initialize", {**INITIALIZE, "capabilities": window})
        await client.answer(1)
        client.tell("initialized", {})
        create = "window/workDoneProgress/create"
        await client.until(lambda: any(m.get("method") == create for m in client.heard))
        number = next(m["id"] for m in client.heard if m.get("method") == create)
        client.say({"jsonrpc": "2.0", "id": number, **answer})
        await is_answered(client)


async def test_the_users_progress_bar_may_be_closed_while_the_model_loads() -> None:
    async with talk(initialized=False) as client:
        window = {"window": {"workDoneProgress": True}}
        client.ask(1, "initialize", {**INITIALIZE, "capabilities": window})
        await client.answer(1)
        client.tell("initialized", {})
        await _grant_progress(client)
        for token in list(client.server.work_done_progress.tokens):
            client.tell("window/workDoneProgress/cancel", {"token": token})
        client.tell("window/workDoneProgress/cancel", {"token": "unknown"})
        await is_answered(client)


async def test_a_strange_workspace_file_keeps_nothing_from_loading(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"build\\\n!\n[z-a]\n\xff\xfe\n")
    async with talk(initialized=False) as client:
        folders = [{"uri": tmp_path.as_uri(), "name": "x"}]
        client.ask(1, "initialize", {**INITIALIZE, "workspaceFolders": folders})
        await client.answer(1)
        client.tell("initialized", {})
        await is_answered(client)
