"""The servers of `replay.py`, behind one small interface."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
import traces
from fimble.core.completion import budget
from fimble.engine import manifest as manifests
from fimble.engine.manifest import Fim
from fimble.lsp import protocol
from fimble.lsp.settings import Settings
from lsprotocol import types
from pygls.lsp.client import LanguageClient


class Server(Protocol):
    """Answers after keystrokes."""

    process_id: int
    debounce_s: float

    async def open(self, stroke: traces.Keystroke) -> None:
        """Opens the document, as it stands after `stroke`."""

    async def change(self, stroke: traces.Keystroke) -> None:
        """Tells of an edit."""

    async def ask(self, stroke: traces.Keystroke) -> str:
        """A suggestion, "" if there is none; cancelling the task cancels the request."""


class _Fimble:
    debounce_s = 0.0  # the server waits by itself

    def __init__(self, client: LanguageClient, process_id: int) -> None:
        self._client, self.process_id, self._version = client, process_id, 0

    async def open(self, stroke: traces.Keystroke) -> None:
        item = types.TextDocumentItem(_uri(stroke), stroke.language, 0, stroke.text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def change(self, stroke: traces.Keystroke) -> None:
        self._version += 1
        document = types.VersionedTextDocumentIdentifier(self._version, _uri(stroke))
        whole = types.TextDocumentContentChangeWholeDocument(stroke.text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    async def ask(self, stroke: traces.Keystroke) -> str:
        before = stroke.text[: stroke.offset]
        line_start = before.rfind("\n") + 1
        units = len(before[line_start:].encode("utf-16-le")) // 2
        params = types.InlineCompletionParams(
            types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
            types.TextDocumentIdentifier(_uri(stroke)),
            types.Position(before.count("\n"), units),
        )
        identity = f"{self._version}-{id(params)}"
        connection = self._client.protocol
        answer = asyncio.wrap_future(
            connection.send_request(types.TEXT_DOCUMENT_INLINE_COMPLETION, params, msg_id=identity)
        )
        try:
            result: Any = await asyncio.shield(answer)
        except asyncio.CancelledError:
            connection.notify(types.CANCEL_REQUEST, types.CancelParams(identity))
            answer.add_done_callback(lambda done: done.exception())
            raise
        items = result.items if result else ()
        return str(getattr(items[0].insert_text, "value", items[0].insert_text)) if items else ""


@asynccontextmanager
async def fimble(package: Path) -> AsyncIterator[Server]:
    """Our server, over standard input and output, with its default settings."""
    client = LanguageClient("replay", "1")
    client.feature(protocol.STATUS)(lambda params: None)
    command = ["-m", "fimble", "serve", "--stdio", "--model", str(package)]
    with tempfile.TemporaryDirectory() as folder:
        await client.start_io(sys.executable, *command, env={**os.environ, "FIMBLE_DATA": folder})
        await client.initialize_async(types.InitializeParams(types.ClientCapabilities()))
        client.initialized(types.InitializedParams())
        process: Any = client._server
        yield _Fimble(client, process.pid)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


class _Llama:
    debounce_s = Settings().debounce_ms / 1000

    def __init__(self, http: httpx.AsyncClient, process_id: int, fim: Fim) -> None:
        self._http, self.process_id, self._fim = http, process_id, fim

    async def open(self, stroke: traces.Keystroke) -> None:
        """Nothing to tell."""

    async def change(self, stroke: traces.Keystroke) -> None:
        """Nothing to tell."""

    async def ask(self, stroke: traces.Keystroke) -> str:
        before, after = stroke.text[: stroke.offset], stroke.text[stroke.offset :]
        fim = self._fim
        prefix, suffix = budget.cut(before, after, fim.context_tokens, fim.suffix_share)
        body = {
            "input_prefix": prefix,
            "input_suffix": suffix,
            "n_predict": 64,
            "temperature": 0.0,
            "top_k": 1,
            "cache_prompt": True,
            "stop": ["\n"],
        }
        answer = await self._http.post("/infill", json=body)
        answer.raise_for_status()
        return str(answer.json()["content"])


@asynccontextmanager
async def llama(program: Path, model: Path, package: Path) -> AsyncIterator[Server]:
    """llama.cpp's server with one slot, so that it keeps the prompt, as editors set it up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(program), "-m", str(model), "--host", "127.0.0.1", "--port", str(port)]
    command += ["-c", "2048", "-np", "1", "-t", "2", "--cache-reuse", "64"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            while not await _healthy(http):
                await asyncio.sleep(0.2)
            yield _Llama(http, process.pid, manifests.load(package).fim)
    finally:
        process.terminate()
        process.wait()


async def _healthy(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health")).status_code == 200
    except httpx.TransportError:
        return False


def _uri(stroke: traces.Keystroke) -> str:
    return f"file:///replay/{stroke.doc}"
