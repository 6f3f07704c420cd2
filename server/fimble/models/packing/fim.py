"""How families of models spell fill-in-the-middle, and where their answers end."""

from __future__ import annotations

from collections.abc import Mapping

from fimble.engine.manifest import Fim

SPELLINGS = (
    Fim(  # Qwen2.5-Coder, CodeQwen: trained suffix first too (Hui et al. 2024)
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|repo_name|>",
        "<|file_sep|>",
        "suffix_first",
    ),
    Fim(  # StarCoder, StarCoder2 (Lozhkov et al. 2024)
        "<fim_prefix>",
        "<fim_suffix>",
        "<fim_middle>",
        "<repo_name>",
        "<file_sep>",
        "prefix_first",
    ),
    Fim("<fim-prefix>", "<fim-suffix>", "<fim-middle>", order="prefix_first"),  # SantaCoder
    Fim(  # DeepSeek-Coder (Guo et al. 2024): begin, hole, end
        "<｜fim▁begin｜>",
        "<｜fim▁hole｜>",
        "<｜fim▁end｜>",
        order="prefix_first",
    ),
    Fim("▁<PRE>", "▁<SUF>", "▁<MID>", order="prefix_first"),  # CodeLlama (Rozière et al. 2023)
)

_STOPS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_pad|>",
    "<fim_pad>",
    "<fim-pad>",
    "<｜end▁of▁sentence｜>",
    "▁<EOT>",
    "</s>",
)


def spelling(ids: Mapping[str, int]) -> Fim:
    """The tokens of the first spelling that a tokenizer has whole; none: the model only continues.

    Args:
        ids: Its special tokens.
    """
    for known in SPELLINGS:
        if all(token in ids for token in _tokens(known)):
            return known
    return Fim()


def stops(ids: Mapping[str, int]) -> tuple[int, ...]:
    """Tokens that end an answer: those that end texts, and fill-in-the-middle tokens themselves."""
    tokens = (*_STOPS, *_tokens(spelling(ids)))
    return tuple(sorted({ids[token] for token in tokens if token in ids}))


def _tokens(fim: Fim) -> tuple[str, ...]:
    found = (fim.prefix, fim.suffix, fim.middle, fim.repo_name, fim.file_sep)
    return tuple(token for token in found if token)
