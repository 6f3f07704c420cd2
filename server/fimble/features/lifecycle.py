"""From `initialize` to `shutdown`: settings, the model's loading, the end."""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import documents, lifetime, settings
from fimble.errors import SettingsError
from fimble.features import configuration, progress, workspace_files
from fimble.session import Session

_log = logging.getLogger(__name__)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers."""
    wrong: list[SettingsError] = []

    @server.feature(types.INITIALIZE)
    def initialize(ls: LanguageServer, params: types.InitializeParams) -> None:
        lifetime.end_with(params.process_id)
        wanted, wrong[:] = settings.read(params.initialization_options)
        session.configure(wanted)
        workspace_files.name_root(ls, params)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: LanguageServer, params: types.InitializedParams) -> None:
        configuration.complain(ls, wrong)
        session.look_around(documents.roots(ls.workspace))
        workspace_files.watch(ls)
        async with progress.shown(ls, "Fimble: loading the model") as display:
            problem = await session.start()
            display.result = problem or "Ready"

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseTextDocumentParams) -> None:
        session.forget(params.text_document.uri)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: LanguageServer, params: None) -> None:
        session.close()
