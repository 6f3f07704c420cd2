"""The language server: the composition root."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import __version__, lifetime, protocol
from fimble.features import (
    acceptance,
    code_action,
    code_action_resolve,
    completion,
    configuration,
    did_open,
    did_save,
    execute_command,
    inline_completion,
    lifecycle,
    show_statistics,
    why,
    workspace_files,
)
from fimble.features.execute_command import CancellableCommands
from fimble.generation import TextGenerator
from fimble.power import Usage
from fimble.session import Session

_log = logging.getLogger(__name__)

FEATURES: tuple[ModuleType, ...] = (
    lifecycle,
    configuration,
    did_open,
    did_save,
    workspace_files,
    inline_completion,
    completion,
    acceptance,
    why,
    show_statistics,
    code_action,
    code_action_resolve,
    execute_command,
)
"""Each has `register(server, session)`."""

NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithNotebook(notebook="*")]
)
"""The cells of every notebook are documents."""


class FimbleServer(LanguageServer):
    """A pygls server that only logs its own errors.

    The default also tells the client, which recurses where the client is gone.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(
            "fimble",
            __version__,
            protocol_cls=CancellableCommands,
            notebook_document_sync=NOTEBOOKS,
        )
        self.session = session

    def shutdown(self) -> None:
        """Ends with the connection, even if the engine does not listen."""
        lifetime.end_soon()
        self.session.release()
        super().shutdown()  # type: ignore[no-untyped-call]

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs."""
        _log.error("%s", error, exc_info=error)


def create_server(
    load: Callable[[], TextGenerator],
    statistics: Path | None = None,
    usage: Usage = Usage(),  # noqa: B008
) -> FimbleServer:
    """The server with all features.

    Args:
        load: Makes the generator, on the engine thread, after `initialized` and after a rest.
        statistics: The file that counts requests; None: nothing is counted.
        usage: How much of the machine may be used.
    """

    def notify(state: str, message: str) -> None:
        server.protocol.notify(protocol.STATUS, {"state": state, "message": message})
        if state == protocol.ERROR:
            said = types.ShowMessageParams(types.MessageType.Error, f"Fimble: {message}")
            server.window_show_message(said)

    session = Session(load, notify, statistics, usage)
    server = FimbleServer(session)
    for feature in FEATURES:
        feature.register(server, session)
    return server
