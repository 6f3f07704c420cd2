"""Workspace folders as clients name them, and what of them is in the prompts."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.lsp.client import LanguageClient

SCRIPT = str(Path(__file__).with_name("scripted_server.py"))
USERS = "def load_user(name):\n    return database.fetch(name)\n"
LIKE = "def load_user(name):\n    return database."
QUOTED = "fetch(as_in_the_other_file)"


class Client(LanguageClient):
    def __init__(self) -> None:
        super().__init__("test", "1")
        self.registered: list[types.Registration] = []

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered += params.registrations

    async def start(self, **known: Any) -> types.InitializeResult:
        await self.start_io(sys.executable, SCRIPT)
        known.setdefault("capabilities", types.ClientCapabilities())
        result = await self.initialize_async(types.InitializeParams(**known))
        self.initialized(types.InitializedParams())
        return result

    def open(self, uri: str, text: str, language: str = "python") -> None:
        item = types.TextDocumentItem(uri, language, 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def suggested(self, uri: str, text: str, language: str = "python", kind: int = 1) -> str:
        """What is suggested at the end of a document that is opened for it."""
        self.open(uri, text, language)
        params = types.InlineCompletionParams(
            types.InlineCompletionContext(types.InlineCompletionTriggerKind(kind)),
            types.TextDocumentIdentifier(uri),
            types.Position(text.count("\n"), len(text.rpartition("\n")[2])),
        )
        found = await self.text_document_inline_completion_async(params)
        closed = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        self.text_document_did_close(closed)
        items = found.items if isinstance(found, types.InlineCompletionList) else found
        return str(items[0].insert_text) if items else ""

    async def comes_to_quote(self, folder: str) -> bool:
        """Whether another file of a folder is in the prompts, at the latest after a while."""
        for number in range(100):
            if QUOTED in await self.suggested(f"{folder}/main{number}.py", LIKE):
                return True
            await asyncio.sleep(0.1)
        return False

    async def quotes(self, folder: str) -> bool:
        return QUOTED in await self.suggested(f"{folder}/main.py", LIKE)


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    client = Client()
    yield client
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return made(tmp_path / "project")


def made(folder: Path, text: str = USERS) -> Path:
    folder.mkdir()
    (folder / "users.py").write_text(text, encoding="utf-8")
    return folder


def folders(*paths: Path) -> list[types.WorkspaceFolder]:
    return [types.WorkspaceFolder(path.as_uri(), path.name) for path in paths]


@pytest.mark.parametrize("name", ["C#", "what?", "a%20b"])
async def test_a_folder_of_any_name_is_the_one_that_is_read(
    client: Client, tmp_path: Path, name: str
) -> None:
    """Beside it the one that its name means if it is decoded twice, or cut."""
    for near in ("C", "what", "a b"):
        made(tmp_path / near, USERS.replace("fetch", "foreign"))
    folder = made(tmp_path / name)
    await client.start(workspace_folders=folders(folder))
    assert await client.comes_to_quote(folder.as_uri())


@pytest.mark.parametrize("by", ["root_uri", "root_path"])
async def test_a_client_that_only_names_a_root_has_a_folder(
    client: Client, project: Path, by: str
) -> None:
    root = project.as_uri() if by == "root_uri" else str(project)
    await client.start(**{by: root})
    assert await client.comes_to_quote(project.as_uri())


async def test_folders_come_and_go_while_the_server_runs(client: Client, project: Path) -> None:
    empty = project.parent / "empty"
    empty.mkdir()
    await client.start(workspace_folders=folders(empty), root_uri=empty.as_uri())
    assert not await client.quotes(empty.as_uri())
    event = types.WorkspaceFoldersChangeEvent(added=folders(project), removed=[])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    assert await client.comes_to_quote(project.as_uri())
    event = types.WorkspaceFoldersChangeEvent(added=[], removed=folders(project))
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    assert not await client.quotes(empty.as_uri())


async def test_a_client_is_asked_to_watch_what_prompts_may_quote(
    client: Client, project: Path
) -> None:
    capabilities = types.ClientCapabilities(
        types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
                dynamic_registration=True
            ),
            file_operations=types.FileOperationClientCapabilities(did_rename=True, did_delete=True),
        )
    )
    said = await client.start(workspace_folders=folders(project), capabilities=capabilities)
    operations = said.capabilities.workspace.file_operations  # type: ignore[union-attr]
    assert operations is not None
    assert operations.did_rename is not None
    assert operations.did_delete is not None
    assert await client.comes_to_quote(project.as_uri())
    assert [r.method for r in client.registered] == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
    (project / "users.py").rename(project / "people.py")
    pair = [types.FileRename(*((project / n).as_uri() for n in ("users.py", "people.py")))]
    client.workspace_did_rename_files(types.RenameFilesParams(pair))
    assert await client.comes_to_quote(project.as_uri())
    (project / "people.py").unlink()
    assert not await client.quotes(project.as_uri())
    (project / "users.py").write_text(USERS, encoding="utf-8")
    made_one = types.FileEvent((project / "users.py").as_uri(), types.FileChangeType.Created)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([made_one]))
    assert await client.comes_to_quote(project.as_uri())


async def test_nothing_is_suggested_where_secrets_are_kept(client: Client, project: Path) -> None:
    await client.start(workspace_folders=folders(project))
    asked = types.ExecuteCommandParams("fimble.whyNoSuggestion", [])
    places = (
        (".env", "plaintext"),
        ("id_rsa", "plaintext"),
        (".aws/config", "ini"),
        ("a", "dotenv"),
    )
    for name, language in places:
        for kind in (1, 2):
            uri = (project / name).as_uri()
            assert await client.suggested(uri, "area =", language, kind) == ""
            said = await client.workspace_execute_command_async(asked)
            assert said == "Nothing is suggested in a file whose name says that it holds secrets."
    assert await client.suggested((project / "auth.py").as_uri(), "area =") != ""


async def test_no_line_of_an_ignore_file_keeps_the_server_from_working(
    client: Client, project: Path
) -> None:
    lines = ("build\\", "!", "[z-a]", "*a" * 15 + "*b", "[", "\\", "**[", "[[:no:]]")
    (project / ".gitignore").write_text("\n".join(lines), encoding="utf-8")
    (project / ("a" * 240 + ".py")).write_text("", encoding="utf-8")
    await client.start(workspace_folders=folders(project))
    assert await client.comes_to_quote(project.as_uri())
