"""From a chosen code action or command to its outcome. Shared by resolve and executeCommand.

What a client sends back is rebuilt from its data alone: nothing is kept between the offer and
the choice. A document of another version than the offer's gets no edit.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble import assist
from fimble.assist import Draft, Outcome, Progress, Task
from fimble.core.actions import Arguments
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.generation.request import TextGenerator
from fimble.lsp import capabilities, convert, protocol
from fimble.lsp.documents import opened, take_snapshot
from fimble.lsp.features import progress
from fimble.lsp.session import Session

_log = logging.getLogger(__name__)
_WATCH_S = 0.1
"""How soon work on a document that has changed is stopped."""

STALE = "The document changed meanwhile, so nothing was edited. Ask again."
CLOSED = "The document is not open, so nothing was edited."
STOPPED = "Nothing was edited: the request was cancelled, or the model is not loaded."


@dataclass(frozen=True)
class Target:
    """Which assist is to run, and on what.

    Attributes:
        uri: The document.
        version: The version that the arguments refer to, None for whichever is current.
        action: The id of the assist.
        arguments: Its arguments.
    """

    uri: str
    version: int | None
    action: str
    arguments: Arguments

    def to_data(self) -> dict[str, Any]:
        """As JSON, for `CodeAction.data` and command arguments."""
        return {
            "uri": self.uri,
            "version": self.version,
            "action": self.action,
            "arguments": dict(self.arguments),
        }


def target_of(data: object) -> Target | None:
    """Reads `to_data` back, None if it is something else."""
    if not isinstance(data, Mapping):
        return None
    uri, version, action = data.get("uri"), data.get("version"), data.get("action")
    arguments = data.get("arguments", {})
    if not isinstance(uri, str) or not isinstance(action, str):
        return None
    if not isinstance(arguments, Mapping) or not isinstance(version, int | None):
        return None
    return Target(uri, version, action, arguments)


async def run(
    ls: LanguageServer, session: Session, target: Target, title: str
) -> tuple[Outcome, types.WorkspaceEdit | None]:
    """Runs the assist with progress, and what the model writes, on the user's screen.

    Returns:
        Its outcome, and its edits as one version-stamped workspace edit, None without edits.
    """
    document = opened(ls.workspace, target.uri)
    if document is None:
        return Outcome(message=CLOSED), None
    snapshot = take_snapshot(document)
    if target.version not in (None, snapshot.version):
        return Outcome(message=STALE), None
    key = f"assist {uuid.uuid4()}"
    cancel = partial(session.cancel, key)
    async with progress.shown(ls, f"Fimble: {title}", cancel) as display:
        watch = asyncio.ensure_future(_cancel_when_stale(ls, snapshot, cancel))
        try:
            arguments = {**target.arguments, "checkers": session.settings.checkers}
            with _drafting(ls, snapshot) as draft:
                job = _job(snapshot, replace(target, arguments=arguments), display.report, draft)
                outcome = await session.assist(key, job)
        finally:
            watch.cancel()
        if not _is_current(ls, snapshot):
            outcome = Outcome(message=STALE)
        elif outcome is None:
            outcome = Outcome(message=STOPPED)
        display.result = outcome.message
    if outcome.edits and outcome.warning:
        _warn(ls, outcome.warning)
    return outcome, _workspace_edit(ls, snapshot, outcome)


@contextmanager
def _drafting(ls: LanguageServer, snapshot: Snapshot) -> Iterator[Draft]:
    """Takes drafts, on any thread, while the block runs; then tells the client to put them away.

    A client that does not know the notification may ignore it, as every one that begins with `$/`.
    """
    loop, begun, ended = asyncio.get_running_loop(), False, False

    def send(text: str, *, done: bool) -> None:
        facts = {"uri": snapshot.uri, "languageId": snapshot.language_id}
        ls.protocol.notify(protocol.DRAFT, {**facts, "text": text, "done": done})

    def show(text: str) -> None:
        nonlocal begun
        if not ended:  # a cancelled assist may still write a word
            begun = True
            send(text, done=False)

    def draft(text: str) -> None:
        try:
            loop.call_soon_threadsafe(show, text)
        except RuntimeError:
            _log.debug("The event loop is closed")

    try:
        yield draft
    finally:
        ended = True
        if begun:
            send("", done=True)


async def _cancel_when_stale(
    ls: LanguageServer, snapshot: Snapshot, cancel: Callable[[], None]
) -> None:
    while _is_current(ls, snapshot):
        await asyncio.sleep(_WATCH_S)
    cancel()


def _is_current(ls: LanguageServer, snapshot: Snapshot) -> bool:
    document = opened(ls.workspace, snapshot.uri)
    return document is not None and document.version == snapshot.version


def _job(
    snapshot: Snapshot, target: Target, report: Progress, draft: Draft
) -> Callable[[TextGenerator, CancelToken], Outcome]:
    def job(generator: TextGenerator, cancel: CancelToken) -> Outcome:
        task = Task(generator, snapshot, target.arguments, cancel, report, draft)
        return assist.run(target.action, task)

    return job


def _workspace_edit(
    ls: LanguageServer, snapshot: Snapshot, outcome: Outcome
) -> types.WorkspaceEdit | None:
    if not outcome.edits:
        return None
    encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
    versioned = capabilities.of_client(ls.client_capabilities).versioned_edits
    return convert.workspace_edit(snapshot, outcome.edits, encoding, versioned=versioned)


def tell(ls: LanguageServer, outcome: Outcome) -> None:
    """Shows the outcome's document, or its message where there is no edit to show."""
    if outcome.markdown:
        _show(ls, outcome.markdown)
    elif outcome.message and not outcome.edits:
        _warn(ls, outcome.message)


def _warn(ls: LanguageServer, message: str) -> None:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Fimble: {message}"))


def _show(ls: LanguageServer, markdown: str) -> None:
    """Opens Markdown in the editor; one that cannot open documents shows it as a message."""
    if not capabilities.of_client(ls.client_capabilities).show_document:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, markdown))
        return
    path = Path(tempfile.mkdtemp(prefix="fimble-")) / "explanation.md"
    path.write_text(markdown, encoding="utf-8")
    ls.window_show_document(types.ShowDocumentParams(path.as_uri(), take_focus=False))
