"""The guard of the start: whatever one step raises, the next one is done and the user is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from lsprotocol import types
from pygls.lsp.server import LanguageServer

_log = logging.getLogger(__name__)


class Guard:
    """Keeps what goes wrong for the moment when the client can be told, which is once."""

    def __init__(self) -> None:
        self._failed: list[str] = []

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Ends what the block raises; `what` names the step in a sentence."""
        try:
            yield
        except Exception:  # noqa: BLE001 - the guard of the feature boundary
            _log.exception("The start failed at %s", what)
            self._failed.append(what)

    def tell(self, ls: LanguageServer) -> None:
        """Tells the user, if something went wrong since the last time."""
        failed, self._failed = self._failed, []
        if failed:
            said = f"Fimble works, but without {_joined(failed)}. Its log says why."
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))


def _joined(names: list[str]) -> str:
    *first, last = dict.fromkeys(names)
    return f"{', '.join(first)} and {last}" if first else last
