"""Code actions, their resolution, and commands, over the real protocol."""

import sys

import pytest
from lsprotocol import types

from tests.e2e.test_server import SCRIPT, URI, Client, opened, stop


class Editor(Client):
    """Applies the server's edits to its one document, as one step each."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: list[types.WorkspaceEdit] = []

        @self.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.applied.append(params.edit)
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
