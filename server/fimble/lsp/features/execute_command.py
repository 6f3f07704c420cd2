"""`workspace/executeCommand`: for clients without resolve, key bindings and scripts.

A command's edit is applied with one `workspace/applyEdit`, so it is one undo step. The answer
is `{"applied": bool, "message": str}`, with `markdown` where there is something to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from fimble.assist import Outcome
from fimble.lsp import capabilities, convert, protocol
from fimble.lsp.documents import opened, take_snapshot
from fimble.lsp.features import assisting
from fimble.lsp.features.assisting import Target
from fimble.lsp.session import Session
from fimble.lsp.wire.protocol import FimbleProtocol

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "fimble.edit": "edit",
        "fimble.generate": "generate",
        "fimble.explain": "explain",
        "fimble.fixAll": "fix_all",
        protocol.GENERATE_DOCSTRING: "docstring.generate",
    }
)
"""Commands for users -> the assist they run.

Each takes one object: `uri`, optionally `version`, `position` or `range`, and the assist's own
arguments. The assist gets the place as `start` and `end`, in code points.
"""

_USAGE = "Its argument must be an object with the document's uri."
_REFUSED = "The editor did not apply the edit."


def register(server: LanguageServer, session: Session) -> None:
    """Adds the commands."""

    @server.command(protocol.RUN)
    async def run(ls: LanguageServer, *arguments: Any) -> dict[str, Any]:
        target = assisting.target_of(arguments[0] if arguments else None)
        return await _run(ls, session, target, "working")

    for name, action in COMMANDS.items():
        _register_one(server, session, name, action)


def _register_one(server: LanguageServer, session: Session, name: str, action: str) -> None:
    @server.command(name)
    async def command(ls: LanguageServer, *arguments: Any) -> dict[str, Any]:
        target = _target(ls, action, arguments[0] if arguments else None)
        return await _run(ls, session, target, name)


def _target(ls: LanguageServer, action: str, argument: object) -> Target | None:
    """The target of a user's command, None if it names no document."""
    uri = argument.get("uri") if isinstance(argument, Mapping) else None
    if not isinstance(argument, Mapping) or not isinstance(uri, str):
        return None
    document = opened(ls.workspace, uri)
    own = {k: v for k, v in argument.items() if k not in ("uri", "version", "position", "range")}
    if document is not None:
        encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16
        own |= convert.place(take_snapshot(document).text, argument, encoding)
    version = argument.get("version")
    return Target(uri, version if isinstance(version, int) else None, action, own)


async def _run(
    ls: LanguageServer, session: Session, target: Target | None, title: str
) -> dict[str, Any]:
    if target is None:
        return {"applied": False, "message": _USAGE}
    if not capabilities.of_client(ls.client_capabilities).apply_edit:
        return {"applied": False, "message": "This editor applies no edits of a server."}
    assert isinstance(ls.protocol, FimbleProtocol)
    with ls.protocol.cancellable():
        outcome, edit = await assisting.run(ls, session, target, title)
        if edit is not None and not await _apply(ls, edit, title):
            outcome, edit = Outcome(message=_REFUSED), None
        assisting.tell(ls, outcome)
    answer = {"applied": edit is not None, "message": outcome.message}
    return {**answer, "markdown": outcome.markdown} if outcome.markdown else answer


async def _apply(ls: LanguageServer, edit: types.WorkspaceEdit, title: str) -> bool:
    try:
        result = await ls.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit, label=f"Fimble: {title}")
        )
    except JsonRpcException:
        return False
    return result.applied
