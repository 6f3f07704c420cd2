"""`textDocument/codeAction`: offers, quick and without the model."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import assist
from fimble.assist import Task
from fimble.core import actions
from fimble.core.actions import ActionContext, Offer
from fimble.core.completion import context as contexts
from fimble.core.text.snapshot import Snapshot
from fimble.lsp import capabilities, convert, protocol
from fimble.lsp.capabilities import ClientSupport
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.features.assisting import Target
from fimble.lsp.session import Session

_log = logging.getLogger(__name__)
_LARGE = 50_000
"""Characters of a document whose tree is made when typing pauses, unless the user asks."""
_PAUSE_S = 0.2
Answer = types.CodeAction | types.Command

KINDS = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    types.CodeActionKind.RefactorExtract,
    types.CodeActionKind.RefactorInline,
)
"""Offers have these kinds, or sub-kinds of them."""


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
    )
    async def code_action(
        ls: LanguageServer, params: types.CodeActionParams
    ) -> list[Answer] | None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        snapshot = take_snapshot(document)
        support = capabilities.of_client(ls.client_capabilities)
        if not support.resolve and not support.apply_edit:
            return None
        encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
        context = convert.action_context(snapshot, params, encoding)
        reported = params.context.diagnostics
        invoked = params.context.trigger_kind == types.CodeActionTriggerKind.Invoked
        offers = await _offers(session, context, lambda: document.version, invoked=invoked)
        if offers is None:
            return None
        if invoked:
            read_ahead(session, snapshot, offers)
        elif context.start == context.end:
            here = contexts.from_snapshot(snapshot, context.end)
            session.rests(in_workspace(here, ls.workspace))
        return [_answer(offer, context, reported, support) for offer in offers] or None


async def _offers(
    session: Session, context: ActionContext, version: Callable[[], int | None], *, invoked: bool
) -> tuple[Offer, ...] | None:
    """The offers, found on a thread of their own; None if the document has changed by then.

    Args:
        session: The server's state.
        context: The place.
        version: The document's version by now.
        invoked: Whether the user asked: editors also ask whenever the cursor has moved.
    """
    snapshot = context.snapshot
    if context.is_long:
        _log.info("A document of %d characters gets short offers only", len(snapshot.text))
    elif len(snapshot.text) > _LARGE and not invoked:
        await asyncio.sleep(_PAUSE_S)

    def found() -> tuple[Offer, ...] | None:
        return actions.offers(context) if version() == snapshot.version else None

    offers = await session.offering(found)
    return offers if version() == snapshot.version else None


def read_ahead(session: Session, snapshot: Snapshot, offers: Sequence[Offer]) -> None:
    """Has the model read for the first offer that can use it, while the user looks at them.

    For users who opened them: editors also ask for offers whenever the cursor has moved.
    """
    offer = next((offer for offer in offers if offer.action in assist.AHEAD), None)
    if offer is None:
        return
    prefill, arguments = assist.AHEAD[offer.action], offer.arguments
    session.ahead.prepare(lambda model, cancel: prefill(Task(model, snapshot, arguments, cancel)))


def _answer(
    offer: Offer,
    context: ActionContext,
    reported: Sequence[types.Diagnostic],
    support: ClientSupport,
) -> Answer:
    """The offer in the client's words: resolved later, or a command, or nothing but a command."""
    snapshot = context.snapshot
    data = Target(snapshot.uri, snapshot.version, offer.action, offer.arguments).to_data()
    command = types.Command(offer.title, protocol.RUN, arguments=[data])
    if not support.literals:
        return command
    solved = None if offer.diagnostic is None else [reported[offer.diagnostic]]
    return types.CodeAction(
        title=offer.title,
        kind=offer.kind,
        diagnostics=solved,
        data=data if support.resolve else None,
        command=None if support.resolve else command,
        tags=[types.CodeActionTag.LlmGenerated] if support.generated_tag else None,
    )
