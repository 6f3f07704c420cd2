"""From `initialize` to `shutdown`: settings, the model's loading, the end."""

from __future__ import annotations

import logging
import uuid

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from fimble import settings
from fimble.errors import SettingsError
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
        token = await _begin(ls)
        problem = await session.start()
        if token:
            ls.work_done_progress.end(token, types.WorkDoneProgressEnd(message=problem or "Ready"))
        if problem:
            message = types.ShowMessageParams(types.MessageType.Error, f"Fimble: {problem}")
            ls.window_show_message(message)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseTextDocumentParams) -> None:
        session.cancel(params.text_document.uri)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: LanguageServer, params: None) -> None:
        session.close()


async def _begin(ls: LanguageServer) -> str:
    """Begins to show progress; "" where the client cannot."""
    window = ls.client_capabilities.window
    if not (window and window.work_done_progress):
        return ""
    token = str(uuid.uuid4())
    try:
        await ls.work_done_progress.create_async(token)
    except JsonRpcException as error:
        _log.info("The client refused a progress token: %s", error)
        return ""
    ls.work_done_progress.begin(token, types.WorkDoneProgressBegin("Fimble: loading the model"))
    return token
