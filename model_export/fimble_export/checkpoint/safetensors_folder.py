"""Folders of Hugging Face layout: `config.json`, `*.safetensors`, `tokenizer.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import torch
from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError, UnsupportedModelError
from safetensors import SafetensorError, safe_open

from fimble_export import checkpoint as checkpoints
from fimble_export.checkpoint import Checkpoint, Config

_NAMES = {
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
_TOP = {
    "model.embed_tokens.weight": "embedding.weight",
    "lm_head.weight": "head.weight",
    "model.norm.weight": "norm.weight",
}


def load(folder: Path) -> Checkpoint:
    """Reads the folder, sharded files too.

    Raises:
        CheckpointError: A file is missing or broken.
        UnsupportedModelError: The architecture, or its RoPE scaling, is not supported.
    """
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise CheckpointError(f"{folder} holds no *.safetensors.", "Give a complete model folder.")
    try:
        data = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        tensors = {_name(name): tensor for file in files for name, tensor in _read(file)}
        config = _config(data, tensors)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise CheckpointError(
            f"{folder} is not a whole model: {error!r}.", "Download it again."
        ) from error
    if config.tied:
        tensors.pop("head.weight", None)
    return Checkpoint(config, tensors, tokenizer, (folder / "config.json", *files))


def _read(file: Path) -> list[tuple[str, torch.Tensor]]:
    with safe_open(str(file), framework="pt") as opened:
        return [(name, opened.get_tensor(name).float()) for name in opened.keys()]  # noqa: SIM118


def _name(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    match = re.fullmatch(r"model\.layers\.(\d+)\.([\w.]+)\.(weight|bias)", name)
    if match is None or match[2] not in _NAMES:
        raise KeyError(f"unknown tensor {name}")
    return f"layers.{match[1]}.{_NAMES[match[2]]}.{match[3]}"


def _config(data: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Config:
    family = str(data["model_type"])
    checkpoints.supported(family)
    if data.get("rope_scaling") or data.get("use_sliding_window"):
        raise UnsupportedModelError("RoPE scaling and sliding windows are not supported.")
    rope = data.get("rope_parameters") or data
    hidden, heads = data["hidden_size"], data["num_attention_heads"]
    return Config(
        family=family,
        architecture=Architecture(
            layers=data["num_hidden_layers"],
            hidden_size=hidden,
            heads=heads,
            kv_heads=data.get("num_key_value_heads", heads),
            head_dim=data.get("head_dim") or hidden // heads,
            intermediate_size=data["intermediate_size"],
            vocab_size=tensors["embedding.weight"].shape[0],
            context_length=data["max_position_embeddings"],
        ),
        rope_theta=float(rope.get("rope_theta", 10_000.0)),
        norm_eps=float(data["rms_norm_eps"]),
        qkv_bias="layers.0.attention.query.bias" in tensors,
        tied=bool(data.get("tie_word_embeddings", False)),
    )
