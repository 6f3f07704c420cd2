"""From `initialize` to `shutdown`: settings, the model's loading, the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.errors import SettingsError
from fimble.lsp import documents, settings
from fimble.lsp.features import configuration, progress, workspace_files
from fimble.lsp.session import Session
from fimble.lsp.wire.protocol import FimbleProtocol
from fimble.system import lifetime

_log = logging.getLogger(__name__)


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handlers. No step of the start keeps the next one from being done."""
    wrong: list[SettingsError] = []
    begun: list[bool] = []
    guard = Guard()

    @server.feature(types.INITIALIZE)
    def initialize(ls: LanguageServer, params: types.InitializeParams) -> None:
        with guard.step("a watch on the editor's process"):
            lifetime.end_with(params.process_id, partial(_gone, ls))
        with guard.step("its settings"):
            wanted, wrong[:] = settings.read(params.initialization_options)
            session.configure(wanted)
        with guard.step("the root of the workspace"):
            workspace_files.name_root(ls, params)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: LanguageServer, params: types.InitializedParams) -> None:
        if not begun:  # some say it twice
            begun.append(True)
            await _start(ls, session, guard, wrong)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseTextDocumentParams) -> None:
        session.forget(params.text_document.uri)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: LanguageServer, params: None) -> None:
        session.close()


async def _start(
    ls: LanguageServer, session: Session, guard: Guard, wrong: Sequence[SettingsError]
) -> None:
    """Loads the model, and does beside it what else a start is made of."""
    loading = asyncio.ensure_future(session.start())
    with guard.step("its settings"):
        configuration.complain(ls, wrong)
    with guard.step("the text of other files"):
        session.look_around(documents.roots(ls.workspace))
    with guard.step("news of changed files"):
        workspace_files.watch(ls)
    with guard.step("a display of its progress"):
        async with progress.shown(ls, "Fimble: loading the model") as display:
            display.result = await asyncio.shield(loading) or "Ready"
    with guard.step("a model"):
        await loading
    guard.tell(ls)


def _gone(ls: LanguageServer) -> None:
    assert isinstance(ls.protocol, FimbleProtocol)
    ls.protocol.on_exit("The client's process is gone")


class Guard:
    """Whatever one step of the start raises, the next one is done, and the client is told once."""

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
