"""A model in a GGUF file: configuration and tokenizer from its fields, its tensors as floats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError, UnsupportedModelError, told
from fimble.models.packing import families, rope
from fimble.models.packing.checkpoint import Checkpoint, Config, gguf_file, gguf_types, tokenizer
from fimble.models.packing.checkpoint.gguf_file import File, Stored
from fimble.models.packing.checkpoint.gguf_types import Type
from fimble.models.packing.checkpoint.tensors import Entry, Floats, Tensors
from fimble.models.packing.families import Family
from fimble.models.packing.rope import Rope

_SAMPLE = 256
"""Rows of which embedding and head are compared."""


def load(path: Path, types: Mapping[int, Type]) -> Checkpoint:
    """Opens the file.

    The published Qwen2.5 files hold the tied matrix twice, the head at more bits: where the
    two agree (to quantization), the head's copy serves both ends.

    Raises:
        CheckpointError: It is not a whole GGUF file.
        UnsupportedModelError: The architecture, its RoPE scaling or the type of a tensor is not
            supported.
    """
    try:
        file = gguf_file.read(path)
        prefix = str(file.fields["general.architecture"])
        family = families.get(prefix)
        _refuse_scaling(file)
        entries = {
            families.decoder_name_of_gguf(name): _entry(file, name, stored, types)
            for name, stored in file.tensors.items()
        }
        config = _config(prefix, family, file.fields, entries)
        text = tokenizer.from_gguf(dict(file.fields))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else told(error)
        raise CheckpointError(
            f"{path.name} is not a whole GGUF model: {reason}.", "Download it again."
        ) from error
    if family.interleaved_gguf:
        entries = _unpermuted(entries, config.architecture)
    if config.tied and "head.weight" in entries:
        entries["embedding.weight"] = entries.pop("head.weight")
    licence = str(file.fields.get("general.license", ""))
    return Checkpoint(config, Tensors(entries), text, (path,), licence)


def _refuse_scaling(file: File) -> None:
    if "rope_freqs.weight" in file.tensors:
        raise UnsupportedModelError(
            "The RoPE scaling of this file (rope_freqs) is not supported.",
            "Export from a Hugging Face folder.",
        )


def _entry(file: File, name: str, stored: Stored, types: Mapping[int, Type]) -> Entry:
    """The tensor, if its type is known and the file has all of it."""
    kind = types.get(stored.kind)
    if kind is None:
        raise UnsupportedModelError(
            f"The tensor {told(name)} is stored in a way (ggml type {stored.kind}) that Fimble"
            " does not read.",
            'Take a file in Q4_K_M, Q8_0 or F16, or run `pip install "fimble[export]"`.',
        )
    columns = stored.shape[-1]
    if columns % kind.values:
        raise ValueError(f"{told(name)} is {columns} wide, which {kind.name} cannot hold")
    size = math.prod(stored.shape) // kind.values * kind.bytes
    if stored.offset + size > file.size:
        raise ValueError(f"it ends before {told(name)} does")
    return Entry(stored.shape, partial(_read, file.path, stored, kind))


def _read(path: Path, stored: Stored, kind: Type, span: slice) -> Floats:
    """Rows of a matrix, numbers of a vector; other shapes are read whole."""
    rows = math.prod(stored.shape[:-1])
    width = stored.shape[-1] // kind.values * kind.bytes
    start, stop, _ = span.indices(rows) if len(stored.shape) > 1 else (0, 1, 1)
    data = np.fromfile(path, np.uint8, (stop - start) * width, offset=stored.offset + start * width)
    values = gguf_types.read_rows(data.reshape(stop - start, width), kind)
    return values if len(stored.shape) > 1 else values[0][span]


def _config(
    prefix: str, family: Family, fields: Mapping[str, Any], entries: Mapping[str, Entry]
) -> Config:
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
        head_dim=int(number("attention.key_length", hidden // max(heads, 1))),
        intermediate_size=int(number("feed_forward_length")),
        vocab_size=entries["embedding.weight"].shape[0],
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
        tied=_tied(entries),
    )


def _tied(entries: Mapping[str, Entry]) -> bool:
    """Whether head and embedding are roundings of one matrix: cosine of sampled rows above 0.99."""
    embedding, head = entries["embedding.weight"], entries.get("head.weight")
    if head is None:
        return True
    if head.shape != embedding.shape:
        return False
    starts = range(0, head.shape[0], max(1, head.shape[0] // _SAMPLE))
    cosines = [
        _cosine(*(entry.read(slice(at, at + 1))[0] for entry in (embedding, head))) for at in starts
    ]
    return bool(np.median(cosines) > 0.99)


def _cosine(left: Floats, right: Floats) -> float:
    length = math.sqrt(float(left @ left) * float(right @ right))
    return float(left @ right) / length if length else 0.0


def _unpermuted(entries: dict[str, Entry], numbers: Architecture) -> dict[str, Entry]:
    """Undoes llama.cpp's interleaving of rotary pairs in queries and keys, on reading."""
    changed = dict(entries)
    for name, entry in entries.items():
        if name.rpartition(".")[0].endswith(("attention.query", "attention.key")):
            changed[name] = replace(entry, read=partial(_read_heads, entry, numbers.head_dim))
    return changed


def _read_heads(entry: Entry, size: int, span: slice) -> Floats:
    """Some rows; whole heads are read, because a head's rows change places."""
    start, stop, _ = span.indices(entry.shape[0])
    first = start - start % size
    values = entry.read(slice(first, stop + -stop % size))
    pairs = values.reshape(-1, size // 2, 2, *entry.shape[1:])
    turned = pairs.swapaxes(1, 2).reshape(values.shape)
    return np.ascontiguousarray(turned[start - first : stop - first])
