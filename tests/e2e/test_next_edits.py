"""Next edits over the wire, by the real rules: both methods, and what attacks them."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.e2e.test_server import SCRIPT, Client, start, stop, until

URI = "file:///project/shapes.py"
OURS, COPILOTS = "fimble/nextEdit", "textDocument/copilotInlineEdit"
SHAPES = "def area(side):\n    doubled = side * side\n    print(doubled)\n\n    return doubled\n"


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    client = await start()
    yield client
    await stop(client)


def opened(client: Client, text: str, uri: str = URI, language: str = "python") -> None:
    item = types.TextDocumentItem(uri, language, 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def changed(
    client: Client, version: int, span: tuple[int, int, int, int], text: str, uri: str = URI
) -> None:
    first, last = types.Position(*span[:2]), types.Position(*span[2:])
    change = types.TextDocumentContentChangePartial(types.Range(first, last), text)
    document = types.VersionedTextDocumentIdentifier(version, uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


def renamed(client: Client, version: int = 2, new: str = "squared", uri: str = URI) -> None:
    """`doubled` is what its definition calls it no more."""
    changed(client, version, (1, 4, 1, 11), new, uri)


async def asked(
    client: Client, version: int | None, method: str = OURS, uri: str = URI, line: int = 1
) -> Any:
    document = {"uri": uri} if version is None else {"uri": uri, "version": version}
    position = {"line": line, "character": 0}
    return await client.protocol.send_request_async(
        method, {"textDocument": document, "position": position}
    )


def places(result: Any) -> list[tuple[int, int, str, str]]:
    """Line, character, old and new text of each edit."""
    return [(e.range.start.line, e.range.start.character, e.oldText, e.text) for e in result.edits]


async def test_a_rename_by_typing_is_followed_to_its_other_uses(client: Client) -> None:
    opened(client, SHAPES)
    assert await asked(client, 1) is None
    renamed(client)
    result = await asked(client, 2)
    assert result.kind == "rename"
    assert "squared" in result.reason
    assert places(result) == [(2, 10, "doubled", "squared"), (4, 11, "doubled", "squared")]
    assert [edit.here for edit in result.edits] == [False, False]
    assert {(e.textDocument.uri, e.textDocument.version) for e in result.edits} == {(URI, 2)}
    here = await asked(client, None, line=4)
    assert [edit.here for edit in here.edits] == [False, True]
    assert here.id == result.id


async def test_once_one_was_taken_the_rest_is_answered_in_a_frame(client: Client) -> None:
    opened(client, SHAPES)
    renamed(client)
    first = await asked(client, 2)
    changed(client, 3, (2, 10, 2, 17), "squared")
    begun = time.perf_counter()
    rest = await asked(client, 3)
    assert time.perf_counter() - begun < 0.1  # less than the pause that a search waits for
    assert rest.id == first.id
    assert places(rest) == [(4, 11, "doubled", "squared")]
    changed(client, 4, (4, 11, 4, 18), "squared")
    assert await asked(client, 4) is None


async def test_copilots_method_has_the_first_as_its_clients_read_it(client: Client) -> None:
    client.protocol.notify("textDocument/didFocus", {"textDocument": {"uri": URI}})
    opened(client, SHAPES)
    assert (await asked(client, 1, COPILOTS)).edits == []
    renamed(client)
    (edit,) = (await asked(client, 2, COPILOTS)).edits
    assert edit.text == "squared"
    assert (edit.range.start.line, edit.range.end.character) == (2, 17)
    assert (edit.textDocument.uri, edit.textDocument.version) == (URI, 2)
    client.protocol.notify("textDocument/didShowInlineEdit", {"item": {"text": edit.text}})
    command = types.ExecuteCommandParams(edit.command.command, edit.command.arguments)
    assert edit.command.title
    assert await client.workspace_execute_command_async(command) is None
    assert (await asked(client, 1, COPILOTS)).edits == []


async def test_positions_are_in_the_clients_units(client: Client) -> None:
    opened(client, "a = '🙂'; b = 1\n\nprint('🙂', b)\n")
    changed(client, 2, (0, 10, 0, 11), "count")
    assert places(await asked(client, 2)) == [(2, 12, "b", "count")]


async def test_every_keystroke_overtakes_the_question_before(client: Client) -> None:
    opened(client, SHAPES)
    questions = []
    for number in range(1, 8):
        renamed(client, 2 * number, "squared"[:number])
        questions.append(asyncio.ensure_future(asked(client, 2 * number)))
        changed(client, 2 * number + 1, (1, 4, 1, 4 + number), "doubled")
    renamed(client, 16)
    questions.append(asyncio.ensure_future(asked(client, 16)))
    *before, last = await asyncio.gather(*questions)
    assert before == [None] * 7
    assert len(places(last)) == 2


async def test_a_question_about_another_version_or_a_closed_document_is_answered(
    client: Client,
) -> None:
    opened(client, SHAPES)
    renamed(client)
    assert await asked(client, 1) is None
    assert await asked(client, 3) is None
    waiting = asyncio.ensure_future(asked(client, 2))
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(URI))
    )
    assert await waiting is None
    assert await asked(client, 2) is None
    assert await asked(client, None, uri="untitled:never") is None


async def test_shutdown_answers_what_waits() -> None:
    client = await start()
    opened(client, SHAPES)
    renamed(client)
    waiting = [asyncio.ensure_future(asked(client, 2, method)) for method in (OURS, COPILOTS)]
    await asyncio.sleep(0)
    await client.shutdown_async(None)
    answers = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
    assert len(answers) == 2
    client.exit(None)
    await client.stop()


@pytest.mark.parametrize("method", [OURS, COPILOTS])
@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {"textDocument": {"uri": URI}},
        {"textDocument": {"uri": 7}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": URI, "version": "2"}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": URI}, "position": {"line": 0.5, "character": 0}},
        {"position": {"line": 0, "character": 0}},
    ],
)
async def test_wrong_parameters_are_refused_and_nothing_is_lost(
    client: Client, method: str, params: object
) -> None:
    with pytest.raises(JsonRpcException) as refused:
        await client.protocol.send_request_async(method, params)
    assert refused.value.code == -32602
    opened(client, SHAPES)
    renamed(client)
    assert len(places(await asked(client, 2))) == 2


async def in_workspace(folder: Path) -> Client:
    """A client of a server that has looked through a folder with `shapes.py` and what uses it."""
    (folder / "shapes.py").write_text("def area(side):\n    return side * side\n")
    (folder / "user.py").write_text("from shapes import area\n\nprint('🙂', area(2))\n")
    (folder / "stranger.py").write_text("def area():\n    return 1\n\n\narea()\n")
    client = Client()
    await client.start_io(sys.executable, SCRIPT)
    folders = [types.WorkspaceFolder(folder.as_uri(), "w")]
    await client.initialize_async(
        types.InitializeParams(types.ClientCapabilities(), workspace_folders=folders)
    )
    client.initialized(types.InitializedParams())
    await until(lambda: "idle" in client.statuses)
    opened(client, (folder / "shapes.py").read_text(), (folder / "shapes.py").as_uri())
    return client


async def edited(
    client: Client, uri: str, span: tuple[int, int, int, int], texts: tuple[str, str]
) -> tuple[Any, int]:
    """What follows from one text in the place of another, as soon as the folder is known."""
    result: Any = None
    version = 1
    while result is None and version < 60:
        version += 1
        changed(client, version, span, texts[version % 2], uri)
        span = (*span[:3], span[1] + len(texts[version % 2]))
        result = await asked(client, version, uri=uri)
    return result, version


async def test_a_rename_is_followed_into_files_that_import_it(tmp_path: Path) -> None:
    client = await in_workspace(tmp_path)
    shapes, user = ((tmp_path / name).as_uri() for name in ("shapes.py", "user.py"))
    result, version = await edited(client, shapes, (0, 4, 0, 8), ("size", "area"))
    assert {(e.textDocument.uri, e.textDocument.version) for e in result.edits} == {(user, None)}
    assert places(result) == [(0, 19, "area", "size"), (2, 12, "area", "size")]
    opened(client, (tmp_path / "user.py").read_text(), user)
    again = await asked(client, 1, uri=user)
    assert {e.textDocument.version for e in again.edits} == {1}
    assert (await asked(client, version, COPILOTS, shapes)).edits == []
    assert len((await asked(client, 1, COPILOTS, user)).edits) == 1
    await stop(client)


async def test_a_parameter_is_followed_into_calls_of_other_files_and_left_to_be_filled(
    tmp_path: Path,
) -> None:
    client = await in_workspace(tmp_path)
    shapes = (tmp_path / "shapes.py").as_uri()
    result, _ = await edited(client, shapes, (0, 13, 0, 13), (", scale", ""))
    (edit,) = result.edits
    assert result.kind == "signature"
    assert (edit.range.start.line, edit.oldText, edit.text) == (2, "", ", scale")
    assert [list(hole) for hole in edit.holes] == [[2, 7]]
    await stop(client)


async def test_a_file_that_was_never_saved(client: Client) -> None:
    opened(client, SHAPES, "untitled:Untitled-1")
    renamed(client, uri="untitled:Untitled-1")
    assert len(places(await asked(client, 2, uri="untitled:Untitled-1"))) == 2


async def test_a_line_of_ten_megabytes_costs_nothing(client: Client) -> None:
    opened(client, "doubled = 1\n\nprint(doubled)\n# " + "x" * 10_000_000)
    changed(client, 2, (0, 0, 0, 7), "squared")
    begun = time.monotonic()
    assert await asked(client, 2) is None
    assert time.monotonic() - begun < 10


async def test_off_is_off_and_on_is_on_again(client: Client) -> None:
    settings: dict[str, object] = {"next_edits": False}
    configure = types.DidChangeConfigurationParams({"fimble": settings})
    client.workspace_did_change_configuration(configure)
    opened(client, SHAPES)
    renamed(client)
    assert await asked(client, 2) is None
    assert (await asked(client, 2, COPILOTS)).edits == []
    assert await said(client, "fimble.whyNoNextEdit") == "Next edits are turned off."
    settings["next_edits"] = True
    client.workspace_did_change_configuration(configure)
    changed(client, 3, (1, 4, 1, 11), "doubled")
    renamed(client, 4)
    assert len(places(await asked(client, 4))) == 2
    settings["next_edits_off"] = ["rename"]
    client.workspace_did_change_configuration(configure)
    renamed(client, 5, "product")
    assert await asked(client, 5) is None


async def test_what_was_ended_stays_away(client: Client) -> None:
    opened(client, SHAPES)
    renamed(client)
    result = await asked(client, 2)
    await said(client, "fimble.endNextEdit", {"id": "of nothing"})
    await said(client, "fimble.endNextEdit")
    assert await asked(client, 2) is not None
    await said(client, "fimble.endNextEdit", {"id": result.id, "forGood": True})
    assert await asked(client, 2) is None
    changed(client, 3, (3, 0, 3, 0), "    ")
    assert await asked(client, 3) is None
    assert "not wanted" in await said(client, "fimble.whyNoNextEdit")


async def said(client: Client, command: str, *arguments: object) -> Any:
    params = types.ExecuteCommandParams(command, list(arguments))
    return await client.workspace_execute_command_async(params)
