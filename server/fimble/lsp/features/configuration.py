"""`workspace/didChangeConfiguration`: settings that change while the server runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from fimble.errors import SettingsError
from fimble.lsp import settings
from fimble.lsp.session import Session

_log = logging.getLogger(__name__)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(
        ls: LanguageServer, params: types.DidChangeConfigurationParams
    ) -> None:
        wanted, errors = settings.read(params.settings or await _ask(ls))
        session.configure(wanted)
        complain(ls, errors)


def complain(ls: LanguageServer, errors: Iterable[SettingsError]) -> None:
    """Tells the user what is wrong with the settings."""
    for error in errors:
        message = types.ShowMessageParams(types.MessageType.Warning, f"Fimble: {error}")
        ls.window_show_message(message)


async def _ask(ls: LanguageServer) -> object:
    """The settings of a client that only says that they have changed."""
    workspace = ls.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return None
    wanted = types.ConfigurationParams([types.ConfigurationItem(section="fimble")])
    try:
        answers = await ls.workspace_configuration_async(wanted)
    except JsonRpcException as error:
        _log.warning("The client did not say its settings: %s", error)
        return None
    return answers[0] if answers else None
