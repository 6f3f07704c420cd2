"""GGUF files (llama.cpp's format), dequantized to float32 by the `gguf` package."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError, UnsupportedModelError
from torch import Tensor

from fimble_export.checkpoint import Checkpoint, Config, families, rope, tokenizer
from fimble_export.checkpoint.families import Family
from fimble_export.checkpoint.rope import Rope
from fimble_export.checkpoint.tensors import Entry, Tensors


def load(path: Path) -> Checkpoint:
    """Opens the file.

    The published Qwen2.5 files hold the tied matrix twice, the head at more bits: where the
    two agree (to quantization), the head's copy serves both ends.

    Raises:
        CheckpointError: It is not a whole GGUF file.
        UnsupportedModelError: The architecture, or its RoPE scaling, is not supported.
    """
    try:
        reader = gguf.GGUFReader(path)
        fields = {name: field.contents() for name, field in reader.fields.items()}
        prefix = str(fields["general.architecture"])
        family = families.get(prefix)
        if any(t.name == "rope_freqs.weight" for t in reader.tensors):
            raise UnsupportedModelError(
                "The RoPE scaling of this file (rope_freqs) is not supported.",
                "Export from a Hugging Face folder.",
            )
        found = {families.decoder_name_of_gguf(t.name): t for t in reader.tensors}
        config = _config(prefix, family, fields, found)
        text = tokenizer.from_gguf(fields)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise CheckpointError(
            f"{path.name} is not a whole GGUF model: {error!r}.", "Download it again."
        ) from error
    entries = {name: _entry(tensor) for name, tensor in found.items()}
    if family.interleaved_gguf:
        entries = _unpermuted(entries, config.architecture)
    if config.tied and "head.weight" in entries:
        entries["embedding.weight"] = entries.pop("head.weight")
    licence = str(fields.get("general.license", ""))
    return Checkpoint(config, Tensors(entries), text, (path,), licence)


def _entry(tensor: Any) -> Entry:
    return Entry(_shape(tensor), partial(_dequantize, tensor))


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in reversed(tensor.shape))


def _dequantize(tensor: Any, rows: slice = slice(None)) -> Tensor:
    """The chosen rows, in every type that `gguf` can dequantize.

    Raises:
        UnsupportedModelError: It cannot.
    """
    try:
        values = gguf.quants.dequantize(tensor.data[rows], tensor.tensor_type)
    except NotImplementedError as error:
        raise UnsupportedModelError(
            f"The tensor type {tensor.tensor_type.name} of {tensor.name} cannot be read."
        ) from error
    return torch.from_numpy(np.array(values, dtype=np.float32))


def _config(prefix: str, family: Family, fields: dict[str, Any], tensors: dict[str, Any]) -> Config:
    def number(key: str, default: Any = None) -> Any:
        name = f"{prefix}.{key}"
        return fields[name] if default is None else fields.get(name, default)

    hidden, heads = int(number("embedding_length")), int(number("attention.head_count"))
    norm = "layer_norm_rms_epsilon" if family.norm == "rms" else "layer_norm_epsilon"
    context = int(number("context_length"))
    architecture = Architecture(
        layers=int(number("block_count")),
        hidden_size=hidden,
        heads=heads,
        kv_heads=int(number("attention.head_count_kv", heads)),
        head_dim=int(number("attention.key_length", hidden // heads)),
        intermediate_size=int(number("feed_forward_length")),
        vocab_size=_shape(tensors["embedding.weight"])[0],
        context_length=context,
    )
    options = {
        "factor": number("rope.scaling.factor", 1.0),
        "original_max_position_embeddings": number("rope.scaling.original_context_length", context),
    }
    kind = str(number("rope.scaling.type", "none")).replace("none", "default")
    turning = Rope(float(number("rope.freq_base", 10_000.0)), kind, options)
    return Config(
        family=family,
        architecture=architecture,
        rope=None if family.learned_positions else rope.checked(turning),
        norm_eps=float(number(f"attention.{norm}")),
        tied=_tied(tensors),
    )


def _tied(tensors: dict[str, Any]) -> bool:
    """Whether head and embedding are roundings of one matrix: cosine of sampled rows above 0.99."""
    embedding, head = tensors["embedding.weight"], tensors.get("head.weight")
    if head is None:
        return True
    if _shape(head) != _shape(embedding):
        return False
    rows = slice(None, None, max(1, _shape(head)[0] // 256))
    left, right = _dequantize(embedding, rows), _dequantize(head, rows)
    cosine = torch.nn.functional.cosine_similarity(left, right)
    return bool(cosine.median() > 0.99)


def _unpermuted(entries: dict[str, Entry], numbers: Architecture) -> dict[str, Entry]:
    """Undoes llama.cpp's interleaving of rotary pairs in queries and keys, on reading."""
    heads = {"query": numbers.heads, "key": numbers.kv_heads}

    def read(entry: Entry, count: int) -> Tensor:
        tensor = entry.read()
        pairs = tensor.reshape(count, numbers.head_dim // 2, 2, -1)
        return pairs.swapaxes(1, 2).reshape(tensor.shape).contiguous()

    changed = dict(entries)
    for name, entry in entries.items():
        for part, count in heads.items():
            if name.endswith((f"attention.{part}.weight", f"attention.{part}.bias")):
                changed[name] = Entry(entry.shape, partial(read, entry, count))
    return changed
