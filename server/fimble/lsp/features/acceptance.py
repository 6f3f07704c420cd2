"""What the client says about our suggestions: shown, taken in part, taken.

The notifications have the names and parameters of the Copilot language server, so that clients
made for it fit. Whatever is not ours or not whole is ignored: statistics never disturb.
"""

from __future__ import annotations

from typing import Any

from pygls.lsp.server import LanguageServer

from fimble.lsp import protocol
from fimble.lsp.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers."""

    @server.feature(protocol.DID_SHOW)
    def did_show(ls: LanguageServer, params: Any) -> None:
        session.offers.shown(_identity(params))

    @server.feature(protocol.DID_PARTIALLY_ACCEPT)
    def did_partially_accept(ls: LanguageServer, params: Any) -> None:
        length = getattr(params, "acceptedLength", None)
        if isinstance(length, int):
            _accepted(session, _identity(params), length)

    @server.command(protocol.DID_ACCEPT)
    def did_accept(ls: LanguageServer, *arguments: Any) -> None:
        if arguments and isinstance(arguments[0], str):
            _accepted(session, arguments[0])


def _accepted(session: Session, identity: str, utf16_units: int | None = None) -> None:
    session.offers.accepted(identity, utf16_units)
    session.fates.accepted(identity)


def _identity(params: Any) -> str:
    command = getattr(getattr(params, "item", None), "command", None)
    arguments = getattr(command, "arguments", None) or [""]
    return str(arguments[0])
