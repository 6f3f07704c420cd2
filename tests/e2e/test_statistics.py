"""What clients say about suggestions, settings that change, and the commands."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fimble.completion.statistics.database import read
from fimble.lsp.features.why import SENTENCES
from lsprotocol import types

from tests.e2e.test_server import Client, inline, items, opened, start, stop, until


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIMBLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest_asyncio.fixture
async def client(data: Path) -> AsyncIterator[Client]:
    client = await start()
    yield client
    await stop(client)


async def run(client: Client, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(command, list(arguments))
    return await client.workspace_execute_command_async(params)


async def suggested(client: Client) -> types.InlineCompletionItem:
    opened(client, "area = \n")
    (item,) = items(await client.text_document_inline_completion_async(inline(0, 7)))
    return item


async def test_an_accepted_suggestion_is_counted(client: Client, data: Path) -> None:
    item = await suggested(client)
    assert item.command is not None
    shown = {
        "item": {"insertText": item.insert_text, "command": {"arguments": item.command.arguments}}
    }
    client.protocol.notify("textDocument/didShowCompletion", shown)
    client.protocol.notify(
        "textDocument/didPartiallyAcceptCompletion", {**shown, "acceptedLength": 5}
    )
    await run(client, item.command.command, *item.command.arguments or ())
    answer = await run(client, "fimble.showStatistics")
    assert "1 accepted (100% of those shown): 14 characters" in answer["summary"]
    assert answer["summary"] in Path(answer["path"]).read_text(encoding="utf-8")
    (outcome,) = read(data / "statistics.sqlite3")
    assert (outcome.request.language, outcome.request.model) == ("python", "scripted")


async def test_reports_that_are_not_whole_change_nothing(client: Client, data: Path) -> None:
    await suggested(client)
    for params in ({}, {"item": None}, {"item": {"command": {"arguments": []}}}, {"item": 3}):
        client.protocol.notify("textDocument/didShowCompletion", params)
        client.protocol.notify(
            "textDocument/didPartiallyAcceptCompletion", {**params, "acceptedLength": "x"}
        )
    assert await run(client, "fimble.didAcceptCompletion") is None
    assert await run(client, "fimble.didAcceptCompletion", {"id": 1}) is None
    await run(client, "fimble.showStatistics", {"open": False})
    (outcome,) = read(data / "statistics.sqlite3")
    assert not outcome.shown


async def test_one_setting_turns_counting_off(client: Client, data: Path) -> None:
    change = types.DidChangeConfigurationParams({"fimble": {"statistics": False}})
    client.workspace_did_change_configuration(change)
    await suggested(client)
    assert "No completion" in (await run(client, "fimble.showStatistics"))["summary"]
    assert not (data / "statistics.sqlite3").exists()


async def test_paused_suggestions_come_when_asked_for(client: Client) -> None:
    change = types.DidChangeConfigurationParams({"fimble": {"enabled": False}})
    client.workspace_did_change_configuration(change)
    await suggested(client)
    typed = inline(0, 7)
    typed.context.trigger_kind = types.InlineCompletionTriggerKind.Automatic
    assert await client.text_document_inline_completion_async(typed) is None
    await until(lambda: client.statuses[-1] == "paused")


async def test_a_wrong_setting_is_said_and_the_others_are_used(client: Client) -> None:
    change = types.DidChangeConfigurationParams({"debounce_ms": "fast", "enabled": False})
    client.workspace_did_change_configuration(change)
    await suggested(client)
    assert ["debounce_ms" in message for message in client.messages] == [True]
    await until(lambda: client.statuses[-1] == "paused")


async def test_why_there_is_no_suggestion(client: Client) -> None:
    assert await run(client, "fimble.whyNoSuggestion") == "No suggestion has been requested yet."
    opened(client, "blank = ")
    await client.text_document_inline_completion_async(inline(0, 8))
    assert await run(client, "fimble.whyNoSuggestion") == "The model had nothing to say there."


async def test_every_reason_of_a_filter_has_a_sentence() -> None:
    folder = Path(__file__).parents[2] / "server" / "fimble" / "core" / "completion" / "filters"
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert set(re.findall(r'Withheld\("(\w+)"', sources)) <= set(SENTENCES)


async def test_a_killed_client_takes_its_server_along() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = Client()
    script = str(Path(__file__).with_name("scripted_server.py"))
    await client.start_io(sys.executable, script, "hold")
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities, process_id=parent.pid))
    client.initialized(types.InitializedParams())
    opened(client, "area = ")
    asking = asyncio.ensure_future(client.text_document_inline_completion_async(inline(0, 7)))
    await asyncio.sleep(0.2)
    parent.communicate(b"\n")
    assert await asyncio.wait_for(client._server.wait(), 10) == 1  # type: ignore[union-attr]
    asking.cancel()
    await client.stop()
