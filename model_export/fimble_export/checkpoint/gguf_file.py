"""GGUF files (llama.cpp's format), dequantized to float32 by the `gguf` package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError

from fimble_export import checkpoint as checkpoints
from fimble_export.checkpoint import Checkpoint, Config, tokenizer

_NAMES = {
    "attn_norm": "attention_norm",
    "ffn_norm": "feed_forward_norm",
    "attn_q": "attention.query",
    "attn_k": "attention.key",
    "attn_v": "attention.value",
    "attn_output": "attention.output",
    "ffn_gate": "feed_forward.gate",
    "ffn_up": "feed_forward.up",
    "ffn_down": "feed_forward.down",
}
_TOP = {
    "token_embd.weight": "embedding.weight",
    "output.weight": "head.weight",
    "output_norm.weight": "norm.weight",
}


def load(path: Path) -> Checkpoint:
    """Reads the file.

    The published Qwen2.5 files hold the tied matrix twice, the head at more bits: where the
    two agree (to quantization), the head's copy serves both ends.

    Raises:
        CheckpointError: It is not a whole GGUF file.
        UnsupportedModelError: The architecture is not in the decoder's table.
    """
    try:
        reader = gguf.GGUFReader(path)
        fields = {name: field.contents() for name, field in reader.fields.items()}
        family = str(fields["general.architecture"])
        checkpoints.supported(family)
        tensors = {_name(t.name): _dequantize(t) for t in reader.tensors if _known(t.name)}
        config = _config(family, fields, tensors)
        text = tokenizer.from_gguf(fields)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise CheckpointError(
            f"{path.name} is not a whole GGUF model: {error!r}.", "Download it again."
        ) from error
    if family == "llama":
        _unpermute(tensors, config.architecture)
    if config.tied and "head.weight" in tensors:
        tensors["embedding.weight"] = tensors.pop("head.weight")
    licence = str(fields.get("general.license", ""))
    return Checkpoint(config, tensors, text, (path,), licence)


def _known(name: str) -> bool:
    return name in _TOP or name.startswith("blk.")


def _name(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", name)
    if match is None or match[2] not in _NAMES:
        raise KeyError(f"unknown tensor {name}")
    return f"layers.{match[1]}.{_NAMES[match[2]]}.{match[3]}"


def _dequantize(tensor: Any) -> torch.Tensor:
    values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    return torch.from_numpy(np.array(values, dtype=np.float32))


def _config(family: str, fields: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Config:
    def number(key: str) -> Any:
        return fields[f"{family}.{key}"]

    embedding, head = tensors["embedding.weight"], tensors.get("head.weight")
    hidden, heads = int(number("embedding_length")), int(number("attention.head_count"))
    tied = head is None or _agree(embedding, head)
    architecture = Architecture(
        layers=int(number("block_count")),
        hidden_size=hidden,
        heads=heads,
        kv_heads=int(number("attention.head_count_kv")),
        head_dim=int(fields.get(f"{family}.attention.key_length", hidden // heads)),
        intermediate_size=int(number("feed_forward_length")),
        vocab_size=embedding.shape[0],
        context_length=int(number("context_length")),
    )
    return Config(
        family=family,
        architecture=architecture,
        rope_theta=float(fields.get(f"{family}.rope.freq_base", 10_000.0)),
        norm_eps=float(number("attention.layer_norm_rms_epsilon")),
        qkv_bias="layers.0.attention.query.bias" in tensors,
        tied=tied,
    )


def _agree(embedding: torch.Tensor, head: torch.Tensor) -> bool:
    """Whether both are roundings of one matrix: cosine of a sample of rows above 0.99."""
    if embedding.shape != head.shape:
        return False
    rows = torch.arange(0, embedding.shape[0], max(1, embedding.shape[0] // 256))
    cosine = torch.nn.functional.cosine_similarity(embedding[rows], head[rows])
    return bool(cosine.median() > 0.99)


def _unpermute(tensors: dict[str, torch.Tensor], numbers: Architecture) -> None:
    """Undoes llama.cpp's interleaving of rotary pairs in queries and keys."""
    for layer in range(numbers.layers):
        for name, heads in (("query", numbers.heads), ("key", numbers.kv_heads)):
            key = f"layers.{layer}.attention.{name}.weight"
            weight = tensors[key]
            halves = weight.reshape(heads, numbers.head_dim // 2, 2, -1)
            tensors[key] = halves.swapaxes(1, 2).reshape(weight.shape).contiguous()
