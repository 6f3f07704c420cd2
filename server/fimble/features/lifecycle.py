"""From `initialize` to `shutdown`: settings, the model's loading, the end."""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import settings
from fimble.errors import SettingsError
from fimble.features import progress
from fimble.session import Session

_log = logging.getLogger(__name__)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers."""

    @server.feature(types.INITIALIZE)
    def initialize(ls: LanguageServer, params: types.InitializeParams) -> None:
        try:
            session.settings = settings.from_options(params.initialization_options)
        except SettingsError as error:
            _log.warning("%s", error)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: LanguageServer, params: types.InitializedParams) -> None:
        async with progress.shown(ls, "Fimble: loading the model") as display:
            problem = await session.start()
            display.result = problem or "Ready"
        if problem:
            message = types.ShowMessageParams(types.MessageType.Error, f"Fimble: {problem}")
            ls.window_show_message(message)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseTextDocumentParams) -> None:
        session.cancel(params.text_document.uri)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: LanguageServer, params: None) -> None:
        session.close()
