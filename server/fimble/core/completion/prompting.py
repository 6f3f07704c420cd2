"""What the model is asked at a cursor: the whole prompt, and a short one for a user who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fimble.core.completion import budget, healing
from fimble.core.completion.context import CursorContext
from fimble.core.completion.healing import Healed
from fimble.core.text.prompt import FimFormat, Prompt, fim_prompt

NEAR_TOKENS, NEAR_SUFFIX_SHARE = 200, 0.25
"""The short prompt's budget, and the suffix's part of it (docs/completion.md has the figures)."""

COPIED_CHARACTERS = 6000
"""Of the document before the prompt that drafts come from: about 3 ms to index."""


class Budgeted(FimFormat, Protocol):
    """A model's tokens, and how much it is told."""

    @property
    def context_tokens(self) -> int: ...  # noqa: D102
    @property
    def suffix_share(self) -> float: ...  # noqa: D102


@dataclass(frozen=True)
class Prompts:
    """What the model is asked.

    Attributes:
        whole: The prompt.
        near: A short one of the text near the cursor alone.
        healed: How their ends were healed.
        outside: Text before the whole prompt that may be repeated.
    """

    whole: Prompt
    near: Prompt
    healed: Healed
    outside: str


def at(context: CursorContext, lead: str, fim: Budgeted, header: Prompt = ()) -> Prompts:
    """The prompts at a cursor.

    Args:
        context: The document and the cursor.
        lead: What the answer begins with.
        fim: The model's tokens and budget.
        header: Other context of the whole prompt.
    """
    healed = Healed(context.prefix, "", False) if lead else healing.split(context.prefix)
    head = healed.head
    # A prompt stays the same as an editor closes a bracket; the filters put up with the closer.
    behind = context.suffix[len(context.closers) :]
    prefix, suffix = budget.cut(head, behind, fim.context_tokens, fim.suffix_share)
    outside = head[: len(head) - len(prefix)][-COPIED_CHARACTERS:]
    whole = fim_prompt(prefix + lead, suffix, fim, header)
    tokens = min(NEAR_TOKENS, fim.context_tokens)
    prefix, suffix = budget.cut(head, behind, tokens, NEAR_SUFFIX_SHARE)
    return Prompts(whole, fim_prompt(prefix + lead, suffix, fim), healed, outside)
