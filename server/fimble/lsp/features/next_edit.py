"""Next edits: `fimble/nextEdit`, and `textDocument/copilotInlineEdit` for clients made for that.

What follows from an edit is found while the user rests; a request that comes earlier waits for it,
and is answered with nothing once the document has changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.completion.nextedit.chain import Chain, key
from fimble.completion.nextedit.proposal import Step
from fimble.core.completion import context as contexts
from fimble.core.text import positions
from fimble.lsp import convert, protocol
from fimble.lsp.documents import in_workspace, take_snapshot
from fimble.lsp.session import Session
from fimble.lsp.wire.own import NextEditParams

_log = logging.getLogger(__name__)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers."""

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
        if session.next_edits.on:
            snapshot = take_snapshot(ls.workspace.get_text_document(params.text_document.uri))
            seen = in_workspace(contexts.from_snapshot(snapshot, 0), ls.workspace)
            session.next_edits.changed(seen.snapshot)

    @server.feature(protocol.NEXT_EDIT)
    async def next_edit(ls: LanguageServer, params: NextEditParams) -> dict[str, Any] | None:
        document = params.text_document
        chain = await session.next_edits.at(document.uri, document.version)
        return _chain(chain, params, _encoding(ls)) if chain else None

    @server.feature(protocol.COPILOT_INLINE_EDIT)
    async def copilot(ls: LanguageServer, params: NextEditParams) -> dict[str, Any]:
        document = params.text_document
        chain = await session.next_edits.at(document.uri, document.version)
        steps = _in(chain, document.uri) if chain else []
        return {"edits": [_copilot(chain, step, _encoding(ls)) for step in steps[:1] if chain]}

    @server.command(protocol.DID_ACCEPT_INLINE_EDIT)
    def did_accept(ls: LanguageServer, *arguments: Any) -> None:
        _log.info("A next edit was taken")

    @server.command(protocol.END_NEXT_EDIT)
    def end(ls: LanguageServer, *arguments: Any) -> None:
        argument = arguments[0] if arguments else None
        if isinstance(argument, Mapping):
            for_good = argument.get("forGood") is True
            session.next_edits.refuse(str(argument.get("id")), for_good=for_good)

    @server.command(protocol.WHY_NO_NEXT_EDIT)
    def why(ls: LanguageServer, *arguments: Any) -> str:
        if not session.next_edits.on:
            return "Next edits are turned off."
        reason = session.next_edits.reason
        return f"Withheld: {reason}." if reason else "No edit follows from the last one."


def _chain(chain: Chain, params: NextEditParams, encoding: str) -> dict[str, Any]:
    """The whole chain, the first step first."""
    edits = []
    for step in chain.proposal.steps:
        new, holes = step.edit.new_text, step.holes
        edits.append(
            {
                **_edit(chain, step, encoding),
                "oldText": chain.old(step),
                "here": _is_here(chain, step, params),
                "holes": [[positions.units(new[:at], encoding) for at in hole] for hole in holes],
            }
        )
    kind, reason = chain.proposal.kind, chain.proposal.reason
    return {"id": chain.identity, "kind": kind, "reason": reason, "edits": edits}


def _copilot(chain: Chain, step: Step, encoding: str) -> dict[str, Any]:
    accepted = protocol.DID_ACCEPT_INLINE_EDIT
    command = types.Command(chain.proposal.reason, accepted, arguments=[chain.identity])
    return {**_edit(chain, step, encoding), "command": command}


def _edit(chain: Chain, step: Step, encoding: str) -> dict[str, Any]:
    """What both methods say of a step."""
    document = chain.document(step)
    start, end = (
        convert.position_at(document.text, offset, encoding)
        for offset in (step.edit.start, step.edit.end)
    )
    return {
        "textDocument": {"uri": document.uri, "version": document.version},
        "range": types.Range(start, end),
        "text": step.edit.new_text,
    }


def _in(chain: Chain, uri: str) -> list[Step]:
    """The steps of one document."""
    return [step for step in chain.proposal.steps if key(step.uri) == key(uri)]


def _is_here(chain: Chain, step: Step, params: NextEditParams) -> bool:
    """Whether the cursor stands on a line that a step changes."""
    if key(step.uri) != key(params.text_document.uri):
        return False
    text, edit = chain.document(step).text, step.edit
    first, last = (positions.position_at(text, at, "utf-32")[0] for at in (edit.start, edit.end))
    return first <= params.position.line <= last


def _encoding(ls: LanguageServer) -> str:
    return ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
