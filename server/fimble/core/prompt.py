"""Prompts as segments: what is a special token and what is text is never left to the tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Segment:
    """A piece of a prompt.

    Attributes:
        kind: "special": `text` is the spelling of one special token. "text": it is plain text,
            even where it spells a special token.
        text: The piece.
    """

    kind: Literal["special", "text"]
    text: str


Prompt = tuple[Segment, ...]


class FimFormat(Protocol):
    """What a prompt needs to know of a model's fill-in-the-middle tokens."""

    @property
    def prefix(self) -> str: ...  # noqa: D102
    @property
    def suffix(self) -> str: ...  # noqa: D102
    @property
    def middle(self) -> str: ...  # noqa: D102
    @property
    def order(self) -> str: ...  # noqa: D102


def special(text: str) -> Segment:
    """A special token by its spelling."""
    return Segment("special", text)


def plain(text: str) -> Segment:
    """Text of the user."""
    return Segment("text", text)


def fim_prompt(prefix: str, suffix: str, fim: FimFormat, header: str = "") -> Prompt:
    """The infilling prompt, in the order that the model's manifest says.

    `suffix_first` (SPM; Bavarian et al. 2022, section 3) puts the suffix before the prefix, so
    that typing appends at the prompt's end and the KV cache survives it. Here the prefix
    stands after the middle token, as the model continues it.

    Args:
        prefix: Text before the cursor, already cut to its budget.
        suffix: Text after the cursor, already cut to its budget.
        fim: The model's tokens and order.
        header: Other context, placed before everything that changes with a keystroke.
    """
    parts: Prompt
    if fim.order == "suffix_first" and fim.prefix:
        parts = (
            special(fim.prefix),
            special(fim.suffix),
            plain(suffix),
            special(fim.middle),
            plain(header + prefix),
        )
    elif fim.order == "prefix_first" and fim.prefix:
        parts = (
            special(fim.prefix),
            plain(header + prefix),
            special(fim.suffix),
            plain(suffix),
            special(fim.middle),
        )
    else:
        parts = (plain(header + prefix),)
    return tuple(part for part in parts if part.text)


def chat_prompt(messages: Sequence[tuple[str, str]], start: str = "") -> Prompt:
    r"""A ChatML prompt (`<|im_start|>role\ntext<|im_end|>\n`), open for the assistant's answer.

    Args:
        messages: Pairs of role ("system", "user", "assistant") and text.
        start: What the answer begins with; the model continues it.
    """
    segments: list[Segment] = []
    for role, text in messages:
        segments += [special("<|im_start|>"), plain(f"{role}\n{text}")]
        segments += [special("<|im_end|>"), plain("\n")]
    return (*segments, special("<|im_start|>"), plain(f"assistant\n{start}"))
