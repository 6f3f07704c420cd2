"""`codeAction/resolve`: the edit of the action that the user chose."""

from __future__ import annotations

import attrs
from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fimble.features import assisting
from fimble.session import Session


def register(server: LanguageServer, session: Session) -> None:
    """Adds the handler."""

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def code_action_resolve(ls: LanguageServer, params: types.CodeAction) -> types.CodeAction:
        target = assisting.target_of(params.data)
        if target is None:
            return params
        outcome, edit = await assisting.run(ls, session, target, params.title)
        assisting.tell(ls, outcome)
        return attrs.evolve(params, edit=edit)
