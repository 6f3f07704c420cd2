"""pygls keeps the future of every notification for ever; our protocol lets go of it."""

import pytest
from fimble.server import create_server
from fimble.testing import ScriptedGenerator
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
