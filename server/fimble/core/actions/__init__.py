"""Actions: what is offered at a place in a document, without calling the model."""

from __future__ import annotations

from fimble.core.actions.base import Action, ActionContext, Arguments, Offer
from fimble.core.actions.comments import comment_block
from fimble.core.actions.docstring import docstring
from fimble.core.actions.from_comment import from_comment
from fimble.core.actions.quick_fix import quick_fix
from fimble.core.actions.refactor import refactor
from fimble.core.text.diagnostics import Diagnostic

__all__ = ["ACTIONS", "Action", "ActionContext", "Arguments", "Diagnostic", "Offer", "offers"]

ACTIONS: tuple[Action, ...] = (quick_fix, refactor, from_comment, docstring, comment_block)
"""Their offers are shown in this order."""


def offers(context: ActionContext, actions: tuple[Action, ...] = ACTIONS) -> tuple[Offer, ...]:
    """All offers of the wanted kinds."""
    found = (offer for action in actions for offer in action(context))
    return tuple(offer for offer in found if context.wants(offer.kind))
