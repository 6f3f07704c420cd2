"""Does a manifest tell the truth about the graph that it stands beside?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from fimble.engine.manifest import Manifest

_TYPES = {"float32": "tensor(float)", "float16": "tensor(float16)"}


class Tensor(Protocol):
    """An input or output as the runtime describes it; `shape` has names for what is open."""

    name: str
    shape: Sequence[int | str | None]
    type: str


def mismatch(manifest: Manifest, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> str:
    """What the graph lacks or has otherwise than the manifest says; "" if they fit.

    Args:
        manifest: Of the package.
        inputs: The graph's.
        outputs: The graph's.
    """
    there = {tensor.name: tensor for tensor in (*inputs, *outputs)}
    for name, dtype, shape in _expected(manifest):
        tensor = there.get(name)
        if tensor is None:
            return f"the graph has no {name}"
        if tensor.type != dtype:
            return f"{name} is a {tensor.type} in the graph and a {dtype} in the manifest"
        known = [size if isinstance(size, int) else None for size in tensor.shape]
        if len(known) != len(shape) or any(
            has is not None and said is not None and has != said
            for has, said in zip(known, shape, strict=True)
        ):
            return f"{name} has the shape {list(tensor.shape)} in the graph, not {list(shape)}"
    return ""


def _expected(manifest: Manifest) -> Iterator[tuple[str, str, tuple[int | None, ...]]]:
    """Name, type and shape of every input and output; None for what a pass decides."""
    graph, numbers = manifest.graph, manifest.architecture
    yield graph.input_ids, "tensor(int64)", (None, None)
    yield graph.seqlens_k, "tensor(int32)", (None,)
    yield graph.total_sequence_length, "tensor(int32)", ()
    yield graph.logits_from, "tensor(int64)", (None,)
    yield graph.logits, _TYPES[graph.logits_dtype], (None, None, numbers.vocab_size)
    cache = (None, numbers.kv_heads, None, numbers.head_dim)
    for layer in range(numbers.layers):
        for pattern in (graph.past_key, graph.past_value, graph.present_key, graph.present_value):
            yield pattern.format(layer=layer), _TYPES[graph.kv_dtype], cache
