"""Code actions, their resolution, and commands, over the real protocol."""

import asyncio
import sys
from typing import Any

import pytest
from fimble.lsp import protocol
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.e2e.test_server import SCRIPT, URI, Client, opened, stop, until


class Editor(Client):
    """Applies the server's edits to its one document, as one step each."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: list[types.WorkspaceEdit] = []
        self.heard_before: list[list[str]] = []

        @self.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.applied.append(params.edit)
            self.heard_before.append([m for m in self.messages if "imports" in m])
            return types.ApplyWorkspaceEditResult(applied=True)


async def start(capabilities: types.ClientCapabilities, *arguments: str) -> Editor:
    editor = Editor()
    await editor.start_io(sys.executable, SCRIPT, *arguments)
    await editor.initialize_async(types.InitializeParams(capabilities=capabilities))
    editor.initialized(types.InitializedParams())
    return editor


OLD = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(apply_edit=True))


async def execute(client: Client, command: str, *arguments: object) -> tuple[bool, str]:
    params = types.ExecuteCommandParams(command, arguments=list(arguments))
    result = await client.workspace_execute_command_async(params)
    return result["applied"], result["message"]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (None, "Its argument must be an object with the document's uri."),
        ({"uri": 1, "action": "x"}, "Its argument must be an object with the document's uri."),
        ({"uri": "file:///other.py", "action": "x"}, "The document is not open, so nothing was edited."),
        ({"uri": URI, "version": 7, "action": "x"}, "The document changed meanwhile, so nothing was edited. Ask again."),
        ({"uri": URI, "version": 1, "action": "x", "arguments": {}}, "There is no action 'x'."),
    ],
)  # fmt: skip
async def test_a_command_that_cannot_be_done_says_why(argument: object, message: str) -> None:
    editor = await start(OLD)
    opened(editor, "x = 1\n")
    assert await execute(editor, "fimble.run", argument) == (False, message)
    await stop(editor)


async def test_a_client_that_neither_resolves_nor_applies_is_offered_nothing() -> None:
    editor = await start(types.ClientCapabilities())
    opened(editor, "def f(x):\n    return x\n")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI),
        types.Range(types.Position(0, 5), types.Position(0, 5)),
        types.CodeActionContext([]),
    )
    assert await editor.text_document_code_action_async(params) is None
    assert (await execute(editor, "fimble.run", {"uri": URI, "action": "x"}))[0] is False
    await stop(editor)


def new_client(
    kind: types.CodeActionKind = types.CodeActionKind.RefactorRewrite, *, progress: bool = False
) -> types.ClientCapabilities:
    kinds = types.ClientCodeActionKindOptions([kind])
    action = types.CodeActionClientCapabilities(
        code_action_literal_support=types.ClientCodeActionLiteralOptions(kinds),
        data_support=True,
        resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
        tag_support=types.CodeActionTagOptions([types.CodeActionTag.LlmGenerated]),
    )
    edits = types.WorkspaceEditClientCapabilities(document_changes=True)
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(code_action=action),
        workspace=types.WorkspaceClientCapabilities(apply_edit=True, workspace_edit=edits),
        window=types.WindowClientCapabilities(work_done_progress=progress),
    )


CODE = "import os\r\n\r\n\r\ndef area(größe):  # 🙂\r\n    return größe\r\n"


async def actions(
    client: Client, line: int, only: list[str] | None = None
) -> list[types.CodeAction]:
    kinds = [types.CodeActionKind(kind) for kind in only] if only else None
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI),
        types.Range(types.Position(line, 5), types.Position(line, 5)),
        types.CodeActionContext([], only=kinds),
    )
    return list(await client.text_document_code_action_async(params) or [])  # type: ignore[arg-type]


def changed(client: Client, version: int, text: str) -> None:
    document = types.VersionedTextDocumentIdentifier(version, URI)
    change = types.TextDocumentContentChangeWholeDocument(text)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


async def test_a_chosen_action_is_resolved_into_one_versioned_edit() -> None:
    editor = await start(new_client())
    opened(editor, CODE)
    first, *_ = await actions(editor, 3)
    assert first.title == "Document function 'area'"
    assert first.kind == "refactor.rewrite.docstring"
    assert list(first.tags or []) == [types.CodeActionTag.LlmGenerated]
    assert first.edit is None
    resolved = await editor.code_action_resolve_async(first)
    assert resolved.edit is not None
    (change,) = resolved.edit.document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 1
    (edit,) = change.edits
    assert isinstance(edit, types.TextEdit)
    assert edit.range == types.Range(types.Position(4, 0), types.Position(4, 4))
    assert edit.new_text.startswith('    """')
    assert "größe: " in edit.new_text
    assert edit.new_text.count("\n") == edit.new_text.count("\r\n")
    await stop(editor)


async def test_only_the_asked_kinds_are_offered() -> None:
    editor = await start(new_client())
    opened(editor, CODE)
    assert await actions(editor, 3, ["quickfix"]) == []
    assert await actions(editor, 3, ["refactor.rewrite"])
    await stop(editor)


async def test_a_document_that_changed_gets_no_edit_and_the_user_hears_why() -> None:
    editor = await start(new_client())
    opened(editor, CODE)
    first, *_ = await actions(editor, 3)
    changed(editor, 2, "\n" + CODE)
    resolved = await editor.code_action_resolve_async(first)
    assert resolved.edit is None
    stale = "The document changed meanwhile, so nothing was edited. Ask again."
    await until(lambda: editor.messages == [f"Fimble: {stale}"])
    await stop(editor)


async def test_a_document_that_changes_while_the_model_writes_gets_no_edit() -> None:
    editor = await start(new_client(), "hold")
    opened(editor, CODE)
    first, *_ = await actions(editor, 3)
    resolving = asyncio.ensure_future(editor.code_action_resolve_async(first))
    await asyncio.sleep(0.3)
    changed(editor, 2, "\n" + CODE)
    held = await asyncio.wait_for(resolving, 10)
    assert held.edit is None
    await stop(editor)


async def test_old_clients_get_a_command_whose_edit_is_applied_once() -> None:
    editor = await start(OLD)
    opened(editor, CODE)
    first, *_ = await actions(editor, 3)
    assert isinstance(first, types.Command)
    assert await execute(editor, first.command, *(first.arguments or [])) == (True, "")
    (edit,) = editor.applied
    assert list(edit.changes or {}) == [URI]
    await stop(editor)


async def test_a_key_binding_documents_the_item_at_a_position() -> None:
    editor = await start(OLD)
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 4, "character": 6}, "style": "sphinx"}
    assert await execute(editor, "fimble.generateDocstring", place) == (True, "")
    (edit,) = editor.applied
    assert ":param größe:" in (edit.changes or {})[URI][0].new_text
    nowhere = {"uri": URI, "position": {"line": 0, "character": 0}}
    applied, message = await execute(editor, "fimble.generateDocstring", nowhere)
    assert not applied
    assert "no function or class here" in message
    await stop(editor)


async def test_a_cancelled_command_is_answered_and_stops() -> None:
    editor = await start(OLD, "hold")
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 4, "character": 6}}
    params = types.ExecuteCommandParams("fimble.generateDocstring", arguments=[place])
    future = editor.protocol.send_request("workspace/executeCommand", params, msg_id="one")
    await asyncio.sleep(0.3)
    editor.cancel_request(types.CancelParams(id="one"))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(asyncio.wrap_future(future), 10)
    await until(lambda: editor.statuses[-1] == "idle")
    await stop(editor)


async def test_progress_is_shown_and_its_cancel_button_works() -> None:
    editor = await start(new_client(progress=True), "hold")
    shown: list[object] = []

    @editor.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    def create(params: types.WorkDoneProgressCreateParams) -> None:
        """Agrees."""

    @editor.feature(types.PROGRESS)
    def report(params: types.ProgressParams) -> None:
        shown.append(params.token)

    opened(editor, CODE)
    first, *_ = await actions(editor, 3)
    resolving = asyncio.ensure_future(editor.code_action_resolve_async(first))
    await until(lambda: len(set(shown)) == 2)  # of loading, then of this
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=shown[-1]))  # type: ignore[arg-type]
    resolved = await asyncio.wait_for(resolving, 10)
    assert resolved.edit is None
    await until(lambda: any("cancelled" in message for message in editor.messages))
    await stop(editor)


async def test_clients_are_told_that_actions_are_resolved() -> None:
    """Without it VS Code shows the actions and does nothing when one is chosen."""
    editor = Editor()
    await editor.start_io(sys.executable, SCRIPT)
    answer = await editor.initialize_async(types.InitializeParams(types.ClientCapabilities()))
    provider = answer.capabilities.code_action_provider
    assert isinstance(provider, types.CodeActionOptions)
    assert provider.resolve_provider is True
    await stop(editor)


def drafted(editor: Editor) -> list[Any]:
    """The drafts that the server will send, as they come."""
    drafts: list[Any] = []

    @editor.feature(protocol.DRAFT)
    def show(params: Any) -> None:
        drafts.append(params)

    return drafts


async def test_code_from_words_is_shown_while_it_is_written_then_applied_and_put_away() -> None:
    editor = await start(OLD)
    drafts = drafted(editor)
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 1, "character": 0}}
    wish = {**place, "instruction": "a function of the first primes"}
    applied, message = await execute(editor, "fimble.generate", wish)
    assert (applied, message) == (True, "Written (nothing new for ruff).")
    assert [draft.done for draft in drafts] == [False] * (len(drafts) - 1) + [True]
    assert {(draft.uri, draft.languageId) for draft in drafts} == {(URI, "python")}
    texts = [draft.text for draft in drafts[:-1]]
    assert texts[-1] == "def primes():\n    return [2, 3, 5]\n"
    assert len(texts) > 2
    assert all(texts[-1].startswith(text) for text in texts)
    await stop(editor)


async def test_an_import_that_nobody_has_is_told_before_the_code_is_applied() -> None:
    editor = await start(OLD)
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 1, "character": 0}}
    wish = {**place, "instruction": "a function of a package"}
    applied, _ = await execute(editor, "fimble.generate", wish)
    assert applied
    ((said,),) = editor.heard_before
    assert "neither has nor declares what this imports: `nowhere`." in said
    await stop(editor)


async def test_a_draft_is_put_away_where_its_command_is_cancelled() -> None:
    editor = await start(OLD, "hold")
    drafts = drafted(editor)
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 1, "character": 0}, "instruction": "x"}
    params = types.ExecuteCommandParams("fimble.generate", arguments=[place])
    future = editor.protocol.send_request("workspace/executeCommand", params, msg_id="two")
    await until(lambda: len(drafts) == 1)
    editor.cancel_request(types.CancelParams(id="two"))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(asyncio.wrap_future(future), 10)
    await until(lambda: [draft.done for draft in drafts] == [False, True])
    await stop(editor)


async def test_what_writes_no_code_sends_no_draft() -> None:
    editor = await start(OLD)
    drafts = drafted(editor)
    opened(editor, CODE)
    place = {"uri": URI, "position": {"line": 4, "character": 6}}
    assert await execute(editor, "fimble.generateDocstring", place) == (True, "")
    assert drafts == []
    await stop(editor)
