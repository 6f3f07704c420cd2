"""Are the tensors of a checkpoint all there, of the right shape, and numbers?

Asked once, before anything is built from them: what fails here would otherwise fail deep in
torch, or, in the case of NaN, not at all.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from fimble.errors import CheckpointError

from fimble_export.checkpoint import Config

_HINT = "Download the model again; if that does not help, its layout is not supported."


def check(config: Config, tensors: Mapping[str, torch.Tensor]) -> None:
    """Compares `tensors` with what the decoder of `config` is made of.

    Raises:
        CheckpointError: One is missing, has another shape or holds NaN or infinity.
    """
    for name, shape in shapes(config).items():
        if name not in tensors:
            raise CheckpointError(f"The checkpoint lacks the tensor {name}.", _HINT)
        found = tuple(tensors[name].shape)
        if found != shape:
            raise CheckpointError(f"The tensor {name} has shape {found}, not {shape}.", _HINT)
        if not bool(torch.isfinite(tensors[name]).all()):
            raise CheckpointError(f"The tensor {name} holds NaN or infinity.", _HINT)


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """Decoder name -> shape, of every tensor that the decoder takes."""
    numbers = config.architecture
    matrix = (numbers.vocab_size, numbers.hidden_size)
    result: dict[str, tuple[int, ...]] = {"embedding.weight": matrix}
    for layer in range(numbers.layers):
        for name, shape in _layer(config).items():
            result[f"layers.{layer}.{name}"] = shape
    result["norm.weight"] = (numbers.hidden_size,)
    if not config.tied:
        result["head.weight"] = matrix
    return result


def _layer(config: Config) -> dict[str, tuple[int, ...]]:
    numbers = config.architecture
    hidden, inner = numbers.hidden_size, numbers.intermediate_size
    queries, keys = numbers.heads * numbers.head_dim, numbers.kv_heads * numbers.head_dim
    rows = {"query": queries, "key": keys, "value": keys}
    result: dict[str, tuple[int, ...]] = {
        "attention_norm.weight": (hidden,),
        "feed_forward_norm.weight": (hidden,),
        "attention.output.weight": (hidden, queries),
        "feed_forward.gate.weight": (inner, hidden),
        "feed_forward.up.weight": (inner, hidden),
        "feed_forward.down.weight": (hidden, inner),
    }
    for name, count in rows.items():
        result[f"attention.{name}.weight"] = (count, hidden)
        if config.qkv_bias:
            result[f"attention.{name}.bias"] = (count,)
    return result
