"""`textDocument/inlineCompletion` (LSP 3.18): ghost text."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.completion.pipeline import Completion
from fimble.core.completion import context as contexts
from fimble.core.completion import trigger
from fimble.core.completion.context import CursorContext
from fimble.lsp import convert
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.session import Session


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
        selected = convert.selected(params.context, context, encoding)
        wanted = contexts.with_selected(context, selected) if selected else context
        wanted = in_workspace(wanted, ls.workspace)
        if params.context.trigger_kind == types.InlineCompletionTriggerKind.Automatic:
            completions = await automatic(session, wanted, lambda: document.version)
        else:
            completions = await session.candidates(wanted)
        if document.version != snapshot.version:
            return None
        items = convert.inline_items(completions, context, encoding, selected)
        return types.InlineCompletionList(items) if items else None


async def automatic(
    session: Session, context: CursorContext, version: Callable[[], int | None]
) -> tuple[Completion, ...]:
    """The suggestion for a user who types, after the pause; none where nobody wants one.

    Args:
        session: The server's state.
        context: The document and the cursor.
        version: The document's version by now.
    """
    if not session.suggests_in(context.snapshot.language_id):
        return ()
    reason = trigger.paused(context, session.settings)
    if reason:
        session.withheld(reason, context)
        return ()
    if session.suggestions.known(context) is None:
        session.ahead.prefill(context)
    await session.suggestions.pause(context, session.settings.debounce_ms)
    if version() != context.snapshot.version:
        return ()
    completion = await session.complete(context)
    return (completion,) if completion else ()
