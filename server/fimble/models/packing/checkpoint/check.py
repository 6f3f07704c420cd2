"""Are the tensors of a checkpoint all there and of the right shape?

Asked once, before anything is built from them: what fails here would otherwise fail deep in
torch. Numbers that are none are found when a tensor is read.
"""

from __future__ import annotations

from fimble.errors import CheckpointError
from fimble.models.packing.checkpoint import Config
from fimble.models.packing.checkpoint.tensors import Tensors

_HINT = "Download the model again; if that does not help, its layout is not supported."


def check(config: Config, tensors: Tensors) -> None:
    """Compares `tensors` with what the decoder of `config` is made of.

    Raises:
        CheckpointError: One is missing, has another shape or is none of the decoder's.
    """
    expected = shapes(config)
    for name, shape in expected.items():
        if name not in tensors:
            if name.endswith(".bias") and not _bias_elsewhere(name, tensors):
                continue
            raise CheckpointError(f"The checkpoint lacks the tensor {name}.", _HINT)
        found = tensors.shape(name)
        if found != shape:
            raise CheckpointError(f"The tensor {name} has shape {found}, not {shape}.", _HINT)
    for name in tensors:
        if name not in expected:
            raise CheckpointError(f"The decoder has no place for the tensor {name}.", _HINT)


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """Decoder name -> shape, of every tensor that the decoder takes; biases may be absent."""
    numbers, family = config.architecture, config.family
    matrix = (numbers.vocab_size, numbers.hidden_size)
    result: dict[str, tuple[int, ...]] = {"embedding.weight": matrix}
    if family.learned_positions:
        result["positions.weight"] = (numbers.context_length, numbers.hidden_size)
    for layer in range(numbers.layers):
        for name, shape in _block(config).items():
            result[f"layers.{layer}.{name}"] = shape
    result["norm.weight"] = result["norm.bias"] = (numbers.hidden_size,)
    if not config.tied:
        result["head.weight"], result["head.bias"] = matrix, (numbers.vocab_size,)
    return result


def _block(config: Config) -> dict[str, tuple[int, ...]]:
    """The tensors of one block."""
    numbers, family = config.architecture, config.family
    hidden, inner = numbers.hidden_size, numbers.intermediate_size
    queries, keys = numbers.heads * numbers.head_dim, numbers.kv_heads * numbers.head_dim
    matrices = {"attention.output": (hidden, queries), "feed_forward.up": (inner, hidden)}
    matrices["feed_forward.down"] = (hidden, inner)
    if family.gated:
        matrices["feed_forward.gate"] = (inner, hidden)
    if family.fused_qkv:
        matrices["attention.qkv"] = (queries + 2 * keys, hidden)
    else:
        rows = {"query": queries, "key": keys, "value": keys}
        matrices |= {f"attention.{name}": (count, hidden) for name, count in rows.items()}
    result: dict[str, tuple[int, ...]] = {}
    for name, shape in matrices.items():
        result[f"{name}.weight"], result[f"{name}.bias"] = shape, shape[:1]
    for name in ("attention_norm", "feed_forward_norm"):
        result[f"{name}.weight"] = result[f"{name}.bias"] = (hidden,)
    if family.query_key_norm:
        for name in ("query_norm", "key_norm"):
            result[f"attention.{name}.weight"] = (numbers.head_dim,)
    return result


def _bias_elsewhere(name: str, tensors: Tensors) -> bool:
    """Whether another block has the bias that one block lacks."""
    if not name.startswith("layers."):
        return False
    part = name.split(".", 2)[2]
    return any(other.endswith(f".{part}") for other in tensors)
