"""`textDocument/completion`: the same suggestion for clients without ghost text."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.core.completion import context as contexts
from fimble.lsp import convert
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.features.inline_completion import automatic
from fimble.lsp.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions())
    async def completion(
        ls: LanguageServer, params: types.CompletionParams
    ) -> types.CompletionList | None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        snapshot = take_snapshot(document)
        encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
        offset = convert.offset_at(snapshot.text, params.position, encoding)
        context = contexts.from_snapshot(snapshot, offset)
        wanted = in_workspace(context, ls.workspace)
        completions = await automatic(session, wanted, lambda: document.version)
        if document.version != snapshot.version:
            return None
        first = session.settings.menu_first
        items = [
            item
            for completion in completions
            for item in convert.completion_items(completion, context, encoding, first=first)
        ]
        return types.CompletionList(is_incomplete=True, items=items) if items else None
