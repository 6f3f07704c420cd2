"""`textDocument/didSave`: a pause; what a formatter has changed is read again."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.core import context as contexts
from fimble.documents import take_snapshot
from fimble.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: LanguageServer, params: types.DidSaveTextDocumentParams) -> None:
        snapshot = take_snapshot(ls.workspace.get_text_document(params.text_document.uri))
        asked = session.asked
        if asked is not None and asked.snapshot.uri == snapshot.uri:
            session.ahead.prefill(contexts.from_snapshot(snapshot, asked.offset))
