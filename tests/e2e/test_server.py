import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

URI = "file:///project/shapes.py"
NOTEBOOK = "file:///project/shapes.ipynb"
SCRIPT = str(Path(__file__).with_name("scripted_server.py"))


class Client(LanguageClient):
    def __init__(self) -> None:
        super().__init__("test", "1")
        self.statuses: list[str] = []
        self.messages: list[str] = []

        @self.feature("$/fimble/status")
        def status(params) -> None:  # type: ignore[no-untyped-def]
            self.statuses.append(params.state)

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def message(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)


async def start(*arguments: str) -> Client:
    client = Client()
    await client.start_io(sys.executable, SCRIPT, *arguments)
    await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
    client.initialized(types.InitializedParams())
    return client


async def stop(client: Client) -> None:
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    client = await start()
    yield client
    await stop(client)


@pytest_asyncio.fixture
async def held() -> AsyncIterator[Client]:
    client = await start("hold")
    yield client
    await stop(client)


async def until(condition: Callable[[], bool]) -> None:
    """Waits for what the server says by itself."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def opened(client: Client, text: str) -> None:
    item = types.TextDocumentItem(URI, "python", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def inline(line: int, character: int) -> types.InlineCompletionParams:
    return types.InlineCompletionParams(
        context=types.InlineCompletionContext(types.InlineCompletionTriggerKind.Invoked),
        text_document=types.TextDocumentIdentifier(URI),
        position=types.Position(line, character),
    )


def automatic(line: int, character: int) -> types.InlineCompletionParams:
    params = inline(line, character)
    params.context.trigger_kind = types.InlineCompletionTriggerKind.Automatic
    return params


def at(line: int, character: int) -> types.Range:
    return types.Range(types.Position(line, character), types.Position(line, character))


def items(result: object) -> list[types.InlineCompletionItem]:
    assert isinstance(result, types.InlineCompletionList)
    return list(result.items)


async def test_ghost_text_stands_at_the_cursor(client: Client) -> None:
    opened(client, "area = \n")
    (item,) = items(await client.text_document_inline_completion_async(inline(0, 7)))
    assert item.insert_text == "width * height"
    assert item.range == types.Range(types.Position(0, 7), types.Position(0, 7))


def menu(line: int, character: int) -> types.CompletionParams:
    return types.CompletionParams(
        types.TextDocumentIdentifier(URI), types.Position(line, character)
    )


async def test_menu_item_replaces_the_word_it_continues(client: Client) -> None:
    opened(client, "x = total")
    result = await client.text_document_completion_async(menu(0, 9))
    assert isinstance(result, types.CompletionList)
    assert result.is_incomplete
    (item,) = result.items
    span = types.Range(types.Position(0, 4), types.Position(0, 9))
    assert item.text_edit == types.TextEdit(span, "total(items)")
    assert item.filter_text == "total(items)"
    assert item.sort_text == "\uffff"


async def test_a_bare_word_is_left_to_other_servers(client: Client) -> None:
    opened(client, "x = some")
    assert await client.text_document_completion_async(menu(0, 8)) is None


async def test_typing_along_does_not_ask_again(client: Client) -> None:
    opened(client, "once = ")
    (item,) = items(await client.text_document_inline_completion_async(automatic(0, 7)))
    assert item.insert_text == "first()"
    change = types.TextDocumentContentChangePartial(range=at(0, 7), text="fi")
    document = types.VersionedTextDocumentIdentifier(2, URI)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    (item,) = items(await client.text_document_inline_completion_async(automatic(0, 9)))
    assert item.insert_text == "rst()"


async def test_a_selected_menu_item_begins_the_suggestion(client: Client) -> None:
    opened(client, "x = to")
    params = automatic(0, 6)
    span = types.Range(types.Position(0, 4), types.Position(0, 6))
    params.context.selected_completion_info = types.SelectedCompletionInfo(span, "total")
    (item,) = items(await client.text_document_inline_completion_async(params))
    assert (item.insert_text, item.range) == ("total(items)", span)


async def test_several_suggestions_are_different(client: Client) -> None:
    opened(client, "vary = ")
    found = items(await client.text_document_inline_completion_async(inline(0, 7)))
    texts = [item.insert_text for item in found]
    assert len(texts) == len(set(texts)) == 3


async def test_what_was_saved_is_quoted_where_lines_are_like_it(client: Client) -> None:
    other = "file:///project/users.py"
    text = "def load_user(name):\n    return database.fetch(name)\n"
    item = types.TextDocumentItem(other, "python", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    saved = types.TextDocumentIdentifier(other)
    client.text_document_did_save(types.DidSaveTextDocumentParams(saved))
    opened(client, "def load_user(name):\n    return database.")
    found = items(await client.text_document_inline_completion_async(inline(1, 20)))
    assert found[0].insert_text == "fetch(as_in_the_other_file)"


async def test_suggestions_pause_inside_a_word(client: Client) -> None:
    opened(client, "total")
    assert await client.text_document_inline_completion_async(automatic(0, 2)) is None


async def test_positions_count_utf16_units(client: Client) -> None:
    opened(client, "a\r\n🙂 = \r\n")
    (item,) = items(await client.text_document_inline_completion_async(inline(1, 5)))
    assert item.insert_text == "'é'"
    assert item.range is not None
    assert item.range.start == types.Position(1, 5)


async def test_a_withheld_suggestion_and_a_strange_position_are_null(client: Client) -> None:
    opened(client, "blank = ")
    assert await client.text_document_inline_completion_async(inline(0, 8)) is None
    assert await client.text_document_inline_completion_async(inline(70, 9)) is None


async def test_a_cancelled_request_is_answered_and_the_next_one_too(held: Client) -> None:
    opened(held, "area = ")
    future = held.protocol.send_request("textDocument/inlineCompletion", inline(0, 7), msg_id="one")
    await asyncio.sleep(0.3)
    held.cancel_request(types.CancelParams(id="one"))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(asyncio.wrap_future(future), 10)
    second = held.text_document_inline_completion_async(inline(0, 7))
    third = held.text_document_inline_completion_async(inline(0, 7))
    tasks = [asyncio.ensure_future(second), asyncio.ensure_future(third)]
    assert await asyncio.wait_for(tasks[0], 10) is None


async def test_the_client_sees_the_state(client: Client) -> None:
    opened(client, "area = ")
    await client.text_document_inline_completion_async(inline(0, 7))
    await until(lambda: client.statuses[-2:] == ["busy", "idle"])
    assert client.statuses[0] == "loading"


async def test_a_missing_model_is_said_once_and_requests_are_null() -> None:
    client = await start("missing")
    opened(client, "area = ")
    assert await client.text_document_inline_completion_async(inline(0, 7)) is None
    assert await client.text_document_inline_completion_async(inline(0, 7)) is None
    assert client.messages == ["Fimble: The model is not installed. Run `fimble model install`."]
    assert client.statuses == ["loading", "error"]
    await stop(client)


def cell(name: str, text: str) -> types.TextDocumentItem:
    return types.TextDocumentItem(f"{NOTEBOOK}#{name}", "python", 1, text)


async def test_the_cells_of_a_notebook_are_one_document(client: Client) -> None:
    texts = [cell("a", "first = call()"), cell("b", "notes"), cell("c", "area = ")]
    kinds = [
        types.NotebookCellKind.Code,
        types.NotebookCellKind.Markup,
        types.NotebookCellKind.Code,
    ]
    cells = [types.NotebookCell(k, t.uri) for k, t in zip(kinds, texts, strict=True)]
    notebook = types.NotebookDocument(NOTEBOOK, "jupyter-notebook", 1, cells)
    client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, texts))
    params = automatic(0, 7)
    params.text_document = types.TextDocumentIdentifier(texts[2].uri)
    (item,) = items(await client.text_document_inline_completion_async(params))
    assert item.insert_text == "width * height"
    assert item.range == at(0, 7)
    params.text_document = types.TextDocumentIdentifier(texts[0].uri)
    params.position = types.Position(0, 14)
    (item,) = items(await client.text_document_inline_completion_async(params))
    assert item.insert_text == "\nprompt_with_other_cells"
