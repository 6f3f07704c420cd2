"""The language server: the composition root."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

from pygls.lsp.server import LanguageServer

from fimble import __version__, protocol
from fimble.features import (
    code_action,
    code_action_resolve,
    completion,
    execute_command,
    inline_completion,
    lifecycle,
)
from fimble.features.execute_command import CancellableCommands
from fimble.generation import TextGenerator
from fimble.session import Session

_log = logging.getLogger(__name__)

FEATURES: tuple[ModuleType, ...] = (
    lifecycle,
    inline_completion,
    completion,
    code_action,
    code_action_resolve,
    execute_command,
)
"""Each has `register(server, session)`."""


class FimbleServer(LanguageServer):
    """A pygls server that only logs its own errors.

    The default also tells the client, which recurses where the client is gone.
    """

    session: Session

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs."""
        _log.error("%s", error, exc_info=error)


def create_server(load: Callable[[], TextGenerator]) -> FimbleServer:
    """The server with all features.

    Args:
        load: Makes the generator; called once, on the engine thread, after `initialized`.
    """
    server = FimbleServer("fimble", __version__, protocol_cls=CancellableCommands)

    def notify(state: str, message: str) -> None:
        server.protocol.notify(protocol.STATUS, {"state": state, "message": message})

    session = server.session = Session(load, notify)
    for feature in FEATURES:
        feature.register(server, session)
    return server
