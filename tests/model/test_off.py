"""Where suggestions are off, nothing is loaded, read or computed until somebody asks for something."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="what a process does is read from /proc"),
]
FILES = 50
_TEXT = "def load_user(name):\n    return database.fetch(name)\n" * 200


@dataclass(frozen=True)
class Use:
    """Of one process: processor time in seconds, memory and what it has read, in kB."""

    seconds: float
    memory: int
    read: int

    def since(self, before: "Use") -> "Use":
        return Use(
            self.seconds - before.seconds, self.memory - before.memory, self.read - before.read
        )


def use_of(pid: int) -> Use:
    proc = Path(f"/proc/{pid}")
    ticks = proc.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
    said = dict(line.split(":") for line in proc.joinpath("status").read_text().splitlines())
    read = dict(line.split(":") for line in proc.joinpath("io").read_text().splitlines())
    return Use(sum(map(int, ticks)) / 100, int(said["VmRSS"].split()[0]), int(read["rchar"]) >> 10)


def maps_model(pid: int, package: Path) -> bool:
    return str(package / "model.onnx.data") in Path(f"/proc/{pid}/maps").read_text()


async def settled(pid: int) -> Use:
    """What it has used once it does nothing any more."""
    last = use_of(pid)
    for _ in range(120):
        await asyncio.sleep(1)
        last, before = use_of(pid), last
        if last.since(before).seconds <= 0.02:
            return last
    raise AssertionError("it never rests")


async def opened(folder: Path, *, enabled: bool) -> tuple[LanguageClient, int, Use]:
    """A server in a workspace of files, and what opening and saving each of them cost it."""
    client = LanguageClient("test", "1")
    await client.start_io(sys.executable, "-P", "-m", "fimble", "serve", "--stdio")
    pid = client._server.pid  # type: ignore[union-attr]
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
            initialization_options={"enabled": enabled},
        )
    )
    client.initialized(types.InitializedParams())
    before = await settled(pid)
    for path in sorted(folder.glob("*.py")):
        item = types.TextDocumentItem(path.as_uri(), "python", 1, _TEXT)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        named = types.TextDocumentIdentifier(item.uri)
        client.text_document_did_save(types.DidSaveTextDocumentParams(named))
    return client, pid, (await settled(pid)).since(before)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for number in range(FILES):
        (tmp_path / f"m{number}.py").write_text(_TEXT)
    return tmp_path


async def test_off_means_off_until_somebody_asks(workspace: Path, installed: Path) -> None:
    client, pid, used = await opened(workspace, enabled=False)
    assert not maps_model(pid, installed)
    said = FILES * len(_TEXT) >> 10
    assert used.read <= 2 * said, "files were read"
    assert used.memory <= 3 * said, "something was kept beside the documents"
    assert used.seconds <= 0.2, "something was computed"  # of the processor, not of a clock
    asked = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Invoked),
        types.TextDocumentIdentifier((workspace / "m0.py").as_uri()),
        types.Position(1, 20),
    )
    await client.text_document_inline_completion_async(asked)
    assert maps_model(pid, installed)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


async def test_on_it_is_not(workspace: Path, installed: Path) -> None:
    """The control: what the other test looks at does see a server at work."""
    client, pid, used = await opened(workspace, enabled=True)
    assert maps_model(pid, installed)
    assert used.seconds > 0.2
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
