"""`textDocument/inlineCompletion` (LSP 3.18): ghost text."""

from __future__ import annotations

import asyncio

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import convert
from fimble.core import context as contexts
from fimble.documents import take_snapshot
from fimble.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(
        types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionRegistrationOptions()
    )
    async def inline_completion(
        ls: LanguageServer, params: types.InlineCompletionParams
    ) -> types.InlineCompletionList | None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        snapshot = take_snapshot(document)
        encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
        offset = convert.offset_at(snapshot.text, params.position, encoding)
        context = contexts.from_snapshot(snapshot, offset)
        session.cancel(snapshot.uri)
        if params.context.trigger_kind == types.InlineCompletionTriggerKind.Automatic:
            if not session.suggests_in(snapshot.language_id):
                return None
            await asyncio.sleep(session.settings.debounce_ms / 1000)
            if document.version != snapshot.version:
                return None
        completion = await session.complete(context)
        if completion is None or document.version != snapshot.version:
            return None
        items = convert.inline_items(completion, context, encoding)
        return types.InlineCompletionList(items) if items else None
