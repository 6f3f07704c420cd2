"""The architectures that the decoder has, and what their checkpoints call its parts.

A family is a row: names on the left are those of Hugging Face checkpoints, names on the right
the decoder's. A GGUF file calls the parts of every family by the same names (`GGUF`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fimble.errors import UnsupportedModelError

_LLAMA = {
    "input_layernorm": "attention_norm",
    "post_attention_layernorm": "feed_forward_norm",
    "self_attn.q_proj": "attention.query",
    "self_attn.k_proj": "attention.key",
    "self_attn.v_proj": "attention.value",
    "self_attn.o_proj": "attention.output",
    "mlp.gate_proj": "feed_forward.gate",
    "mlp.up_proj": "feed_forward.up",
    "mlp.down_proj": "feed_forward.down",
}
_LLAMA_TOP = {
    "model.embed_tokens": "embedding",
    "lm_head": "head",
    "model.norm": "norm",
}
_QUERY_KEY_NORM = {
    "self_attn.q_norm": "attention.query_norm",
    "self_attn.k_norm": "attention.key_norm",
}
_STARCODER2 = {
    **{name: ours for name, ours in _LLAMA.items() if not name.startswith("mlp.")},
    "mlp.c_fc": "feed_forward.up",
    "mlp.c_proj": "feed_forward.down",
}
_BIGCODE = {
    "ln_1": "attention_norm",
    "ln_2": "feed_forward_norm",
    "attn.c_attn": "attention.qkv",
    "attn.c_proj": "attention.output",
    "mlp.c_fc": "feed_forward.up",
    "mlp.c_proj": "feed_forward.down",
}
_BIGCODE_TOP = {
    "transformer.wte": "embedding",
    "transformer.wpe": "positions",
    "transformer.ln_f": "norm",
    "lm_head": "head",
}
GGUF = {
    "attn_norm": "attention_norm",
    "ffn_norm": "feed_forward_norm",
    "attn_q": "attention.query",
    "attn_k": "attention.key",
    "attn_v": "attention.value",
    "attn_q_norm": "attention.query_norm",
    "attn_k_norm": "attention.key_norm",
    "attn_qkv": "attention.qkv",
    "attn_output": "attention.output",
    "ffn_gate": "feed_forward.gate",
    "ffn_up": "feed_forward.up",
    "ffn_down": "feed_forward.down",
}
GGUF_TOP = {
    "token_embd": "embedding",
    "position_embd": "positions",
    "output": "head",
    "output_norm": "norm",
}


@dataclass(frozen=True)
class Family:
    """One architecture.

    Attributes:
        name: `model_type` of its `config.json`, and `general.architecture` of GGUF unless `gguf`.
        blocks: What its blocks' names begin with, before the block's number.
        parts: Names inside a block.
        top: Names outside the blocks.
        gguf: Its name in GGUF files.
        norm: RMSNorm, or LayerNorm with a bias.
        gated: SwiGLU; else GELU (tanh form).
        fused_qkv: Query, key and value are stored as one matrix.
        query_key_norm: Queries and keys are normed before they are turned.
        learned_positions: A matrix of positions is added to the embedding; no rotary tables.
        interleaved_gguf: llama.cpp's converter interleaved the rotary pairs.
        tied: Whether the head is the embedding where `config.json` does not say.
    """

    name: str
    parts: Mapping[str, str] = field(default_factory=lambda: _LLAMA)
    top: Mapping[str, str] = field(default_factory=lambda: _LLAMA_TOP)
    blocks: str = "model.layers."
    gguf: str = ""
    norm: Literal["rms", "layer"] = "rms"
    gated: bool = True
    fused_qkv: bool = False
    query_key_norm: bool = False
    learned_positions: bool = False
    interleaved_gguf: bool = False
    tied: bool = False


FAMILIES = (
    Family("qwen2"),
    Family("qwen3", parts=_LLAMA | _QUERY_KEY_NORM, query_key_norm=True),
    Family("llama", interleaved_gguf=True),
    Family("mistral"),
    Family("starcoder2", parts=_STARCODER2, norm="layer", gated=False, tied=True),
    Family(
        "gpt_bigcode",
        parts=_BIGCODE,
        top=_BIGCODE_TOP,
        blocks="transformer.h.",
        gguf="starcoder",
        norm="layer",
        gated=False,
        fused_qkv=True,
        learned_positions=True,
        tied=True,
    ),
)


def get(name: str) -> Family:
    """The row of `model_type`, or of the architecture in a GGUF file.

    Raises:
        UnsupportedModelError: The decoder does not have it.
    """
    for family in FAMILIES:
        if name in (family.name, family.gguf):
            return family
    names = ", ".join(family.name for family in FAMILIES)
    raise UnsupportedModelError(
        f"The architecture {name!r} is not supported.", f"Supported are {names}."
    )


def stacked(family: Family, matrix: str) -> tuple[str, ...]:
    """The checkpoint's matrices that make up one of a block's, the first on top.

    Args:
        family: Of the model.
        matrix: "attention.qkv", "attention.output", "feed_forward.up" or "feed_forward.down".
    """
    if matrix == "attention.qkv" and not family.fused_qkv:
        return ("attention.query", "attention.key", "attention.value")
    if matrix == "feed_forward.up" and family.gated:
        return ("feed_forward.gate", "feed_forward.up")
    return (matrix,)


def decoder_name(family: Family, name: str) -> str:
    """A tensor's name in the decoder, from its name in a Hugging Face checkpoint.

    Raises:
        KeyError: The family has no such tensor.
    """
    return _translate(name, family.blocks, family.parts, family.top)


def decoder_name_of_gguf(name: str) -> str:
    """As `decoder_name`, from a name in a GGUF file."""
    return _translate(name, "blk.", GGUF, GGUF_TOP)


def _translate(name: str, blocks: str, parts: Mapping[str, str], top: Mapping[str, str]) -> str:
    stem, _, kind = name.rpartition(".")
    if kind in ("weight", "bias"):
        if stem in top:
            return f"{top[stem]}.{kind}"
        match = re.fullmatch(re.escape(blocks) + r"(\d+)\.([\w.]+)", stem)
        if match is not None and match[2] in parts:
            return f"layers.{match[1]}.{parts[match[2]]}.{kind}"
    raise KeyError(f"unknown tensor {name}")
