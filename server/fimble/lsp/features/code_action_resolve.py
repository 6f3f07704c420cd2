"""`codeAction/resolve`: the edit of the action that the user chose."""

from __future__ import annotations

import attrs
from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.assist import Outcome
from fimble.lsp.features import assisting
from fimble.lsp.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def code_action_resolve(ls: LanguageServer, params: types.CodeAction) -> types.CodeAction:
        target = assisting.target_of(params.data)
        if target is None:
            return params
        outcome, edit = await assisting.run(ls, session, target, params.title)
        assisting.tell(ls, outcome)
        return attrs.evolve(params, edit=edit, is_preferred=_is_preferred(params, outcome))


def _is_preferred(params: types.CodeAction, outcome: Outcome) -> bool | None:
    """A quick fix is, if the tool that raised its diagnostic finds it no more."""
    tools = {(d.source or "").lower() for d in params.diagnostics or ()}
    verified = any(tool and f"verified by {tool}" in outcome.level for tool in tools)
    return True if outcome.edits and verified else params.is_preferred
