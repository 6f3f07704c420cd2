"""The language server: the composition root."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import __version__
from fimble.generation.request import TextGenerator
from fimble.generation.room import FindLarge, Large, no_other
from fimble.lsp import documents, protocol
from fimble.lsp.features import (
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
    next_edit,
    show_statistics,
    why,
    workspace_files,
)
from fimble.lsp.session import Session
from fimble.lsp.wire import life, reading
from fimble.lsp.wire.protocol import FimbleProtocol
from fimble.system.power import Usage

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
    next_edit,
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
    """A pygls server with Fimble's protocol and wires.

    Attributes:
        session: The state of its client.
    """

    protocol: FimbleProtocol

    def __init__(self, session: Session) -> None:
        super().__init__(
            "fimble",
            __version__,
            protocol_cls=FimbleProtocol,
            converter_factory=reading.converter,
            notebook_document_sync=NOTEBOOKS,
        )
        self.session = session

    def serve(self, way: life.Serve) -> int:
        """Serves one client until it leaves.

        Args:
            way: How the client comes to the protocol.

        Returns:
            The exit status.
        """
        return life.run(self.protocol, way, self.session.end)

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serves over the process's own standard input and output, whatever is given.

        Raises:
            SystemExit: In the end, with the exit status.
        """
        sys.exit(self.serve(life.over_stdio))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs: pygls' way to tell the client recurses where the client is gone."""
        _log.error("%s", error, exc_info=error)


def create_server(
    load: Callable[[], TextGenerator],
    statistics: Path | None = None,
    usage: Usage = Usage(),  # noqa: B008
    find_large: FindLarge = no_other,
) -> FimbleServer:
    """The server with all features.

    Args:
        load: Makes the generator, on the engine thread, after `initialized` and after a rest.
        statistics: The file that counts requests; None: nothing is counted.
        usage: How much of the machine may be used.
        find_large: Finds the model that the setting `large_model` names.
    """

    def warn(message: str) -> None:
        said = types.ShowMessageParams(types.MessageType.Warning, f"Fimble: {message}")
        session.soon(lambda: server.window_show_message(said))

    def notify(state: str, message: str) -> None:
        server.protocol.notify(protocol.STATUS, {"state": state, "message": message})
        if state == protocol.ERROR:
            said = types.ShowMessageParams(types.MessageType.Error, f"Fimble: {message}")
            server.window_show_message(said)

    def text_of(uri: str) -> str | None:
        document = documents.opened(server.workspace, uri)
        return document.source if document else None

    session = Session(load, notify, statistics, usage, text_of, Large(find_large, warn))
    server = FimbleServer(session)
    for feature in FEATURES:
        feature.register(server, session)
    return server
