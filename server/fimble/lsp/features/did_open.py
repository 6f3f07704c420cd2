"""`textDocument/didOpen`: reads the document before anything is typed; its history begins."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.core.completion import context as contexts
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
        snapshot = take_snapshot(ls.workspace.get_text_document(params.text_document.uri))
        # LSP does not say where the cursor is: new code is most often added at the end.
        context = contexts.from_snapshot(snapshot, len(snapshot.text))
        seen = in_workspace(context, ls.workspace)
        session.next_edits.opened(seen.snapshot)
        session.read_ahead(seen)
