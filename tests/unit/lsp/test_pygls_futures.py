"""pygls keeps the future of every notification for ever; our protocol lets go of it."""

import asyncio
from collections.abc import Generator
from concurrent.futures import Future

import pytest
from fimble.generation.testing import ScriptedGenerator
from fimble.lsp.server import create_server
from lsprotocol import types
from pygls.workspace import Workspace


@pytest.mark.parametrize("edits", [1, 40])
async def test_edits_leave_nothing_behind(edits: int) -> None:
    server = create_server(lambda: ScriptedGenerator(lambda _: ""))
    protocol = server.protocol
    protocol._workspace = Workspace(None, types.TextDocumentSyncKind.Incremental)
    for version in range(edits):
        document = types.VersionedTextDocumentIdentifier(version, "file:///a.py")
        change = types.TextDocumentContentChangeWholeDocument("x = 1\n")
        params = types.DidChangeTextDocumentParams(document, [change])
        protocol._handle_notification(types.TEXT_DOCUMENT_DID_CHANGE, params)
    assert protocol._request_futures == {}
    server.session.release()


async def test_a_shutdown_cancels_what_is_still_under_way() -> None:
    server = create_server(lambda: ScriptedGenerator(lambda _: ""))
    protocol = server.protocol
    futures = [Future[None](), Future[None]()]
    for number, future in enumerate(futures):
        protocol._execute_handler(number, _under_way, lambda _: None, kwargs={"given": future})
    pending = dict(protocol._request_futures)
    list(protocol.lsp_shutdown())  # pygls cancels behind the handler that it yields
    assert pending[0].cancelled()
    assert pending[1].cancelled()
    server.session.release()


def _under_way(given: Future[None]) -> Generator[object, None, None]:
    """A handler that waits for another one of its own."""
    yield _wait, (given,), None


async def _wait(future: Future[None]) -> None:
    await asyncio.wrap_future(future)
