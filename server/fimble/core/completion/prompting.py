"""What the model is asked at a cursor: the whole prompt, and quicker ones for who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fimble.core.completion import budget, healing
from fimble.core.completion.context import CursorContext
from fimble.core.completion.healing import Healed
from fimble.core.text.prompt import FimFormat, Prompt, fim_prompt

QUICK_TOKENS = 200
"""Budget of the text near the cursor alone."""

QUICK_SUFFIX = 64
"""Tokens of text after the cursor in the quicker prompts: it is read again after every jump."""

QUICK_LINES = 8
"""Near lines of the `split` prompt."""

_REGION = 2048
"""Characters in whose steps the `split` prompt begins, so that a jump mostly leaves it there."""

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
        quick: Others that are soon read after a jump, the best first.
        healed: How their ends were healed.
        outside: Text before the whole prompt that may be repeated.
    """

    whole: Prompt
    quick: tuple[Prompt, ...]
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
    quick = _split(head, lead, behind, fim), _near(head, lead, behind, fim)
    return Prompts(whole, quick, healed, outside)


def _split(head: str, lead: str, behind: str, fim: Budgeted) -> Prompt:
    """The text from a fixed place on, in whose order little but the near lines is new after a jump.

    Typing, and jumps back and forth within a region, leave what stands far above as it is.
    """
    least = 2 * fim.context_tokens
    start = max(0, len(head) - least) // _REGION * _REGION
    start = head.rfind("\n", 0, start) + 1
    _, suffix = budget.cut("", behind, QUICK_SUFFIX, 1.0)
    return fim_prompt(head[start:] + lead, suffix, fim, near_lines=QUICK_LINES)


def _near(head: str, lead: str, behind: str, fim: Budgeted) -> Prompt:
    tokens = min(QUICK_TOKENS, fim.context_tokens)
    prefix, suffix = budget.cut(head, behind, tokens, 0.25)
    return fim_prompt(prefix + lead, suffix, fim)
