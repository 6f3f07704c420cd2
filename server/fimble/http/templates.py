"""Fill-in-the-middle prompts that a client has put together itself, taken apart again. Pure.

Some clients (Zed, llama.vscode with an OpenAI endpoint, twinny) send the model's special tokens
spelled out in `prompt`. Fimble never lets text become a special token; it recognizes the template,
takes the two texts out of it and builds its own prompt, in the order that the model likes best.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """How a model family spells a prefix-first prompt."""

    prefix: str
    suffix: str
    middle: str


TEMPLATES = (
    Template("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),  # Qwen, CodeGemma
    Template("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),  # StarCoder (Li et al. 2023)
    Template("<PRE> ", " <SUF>", " <MID>"),  # Code Llama (Rozière et al. 2023)
)


def split(prompt: str) -> tuple[str, str] | None:
    """The texts before and behind the cursor, or None if `prompt` is no template.

    Text before the template (context that the client has put there) stays before the cursor.
    """
    for template in TEMPLATES:
        if (parts := _split(prompt, template)) is not None:
            return parts
    return None


def _split(prompt: str, template: Template) -> tuple[str, str] | None:
    context, found, rest = prompt.partition(template.prefix)
    if not found or not rest.endswith(template.middle):
        return None
    before, found, behind = rest.removesuffix(template.middle).partition(template.suffix)
    return (context + before, behind) if found else None
