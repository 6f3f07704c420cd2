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
    def repo_name(self) -> str: ...  # noqa: D102
    @property
    def file_sep(self) -> str: ...  # noqa: D102
    @property
    def order(self) -> str: ...  # noqa: D102
    @property
    def near_lines(self) -> int: ...  # noqa: D102


def special(text: str) -> Segment:
    """A special token by its spelling."""
    return Segment("special", text)


def plain(text: str) -> Segment:
    """Text of the user."""
    return Segment("text", text)


def fim_prompt(
    prefix: str, suffix: str, fim: FimFormat, header: Prompt = (), near_lines: int | None = None
) -> Prompt:
    """The infilling prompt, in the order that the model's manifest says.

    `prefix_first` (PSM) is what models are trained on most. `suffix_first` (SPM; Bavarian et
    al. 2022, section 3) puts the suffix before the prefix, so that typing appends at the
    prompt's end and the KV cache survives it. `split` has both: the lines far above stand
    before the suffix, those near the cursor behind the middle token, as the beginning of what
    the model continues. It is PSM with a middle that begins some lines earlier.

    Args:
        prefix: Text before the cursor, already cut to its budget.
        suffix: Text after the cursor, already cut to its budget.
        fim: The model's tokens and order.
        header: Other context, placed before everything that changes with a keystroke.
        near_lines: Asks for `split` with so many near lines, whatever the manifest says.
    """
    if fim.order == "prefix_only" or not fim.prefix:
        return (*header, plain(prefix)) if prefix else header
    if near_lines is not None or fim.order == "split":
        near = _near(prefix, near_lines or fim.near_lines)
    elif fim.order == "suffix_first":
        near = 0
    else:
        near = len(prefix)
    parts = (
        special(fim.prefix),
        plain(prefix[:near]),
        special(fim.suffix),
        plain(suffix),
        special(fim.middle),
        plain(prefix[near:]),
    )
    return (*header, *(part for part in parts if part.text))


def repository_header(
    repository: str, files: Sequence[tuple[str, str]], path: str, fim: FimFormat
) -> Prompt:
    """Other files as the model saw them in training; nothing for a model without the tokens.

    The form is that of Qwen2.5-Coder's repository level (Hui et al. 2024, section 3.2).

    Args:
        repository: The repository's name.
        files: Pairs of path and text.
        path: The path of the file that is completed.
        fim: The model's tokens.
    """
    if not (fim.repo_name and fim.file_sep):
        return ()
    segments = [special(fim.repo_name), plain(f"{repository}\n")] if repository else []
    for name, text in files:
        body = text.strip("\n")
        segments += [special(fim.file_sep), plain(f"{name}\n{body}\n")]
    return (*segments, special(fim.file_sep), plain(f"{path}\n"))


def _near(prefix: str, lines: int) -> int:
    """Where the lines near the cursor begin; moves in steps, so that the lines above it stay.

    Args:
        prefix: Text before the cursor.
        lines: The step: from the cursor's line alone up to this many lines are near.
    """
    number = prefix.count("\n")
    above = number - number // max(1, lines) * max(1, lines)
    start = len(prefix)
    for _ in range(above + 1):
        start = prefix.rfind("\n", 0, start)
    return start + 1


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
