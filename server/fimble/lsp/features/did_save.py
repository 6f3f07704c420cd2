"""`textDocument/didSave`: what a formatter has changed is read again, and may be quoted."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.core.completion import context as contexts
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: LanguageServer, params: types.DidSaveTextDocumentParams) -> None:
        snapshot = take_snapshot(ls.workspace.get_text_document(params.text_document.uri))
        asked = session.asked
        rests = asked.offset if asked and asked.snapshot.uri == snapshot.uri else None
        context = in_workspace(contexts.from_snapshot(snapshot, rests or 0), ls.workspace)
        session.saved(context.snapshot)
        if rests is not None:
            session.read_ahead(context)
