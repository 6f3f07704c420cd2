"""A checkpoint of a published model's sizes, all zeros: a file with holes that takes no space."""

from __future__ import annotations

import math
import struct
from pathlib import Path

from fimble.models.packing import families, template
from fimble.models.packing.checkpoint import Config, check

from . import small_gguf

_F32, _Q8_0 = 0, 8
_HOLE = 34 / 32
"""Bytes of a weight in Q8_0."""


def write(name: str, path: Path) -> Path:
    """Writes a GGUF file that the template `name` fits."""
    made = template.load(name, "onnxruntime")[0]
    family = families.get(made.family)
    config = Config(family, made.architecture, made.rope, made.norm_eps, made.tied)
    shapes = {n: s for n, s in check.shapes(config).items() if n in set(made.sources)}
    infos, offset = [], 0
    for decoder_name, shape in shapes.items():
        kind = _F32 if len(shape) == 1 else _Q8_0
        infos.append(small_gguf.tensor(_spelled(decoder_name), shape, kind, offset))
        size = math.prod(shape) * (4 if kind == _F32 else _HOLE)
        offset += int(size) + -int(size) % 32
    fields = _fields(config)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(fields))
    head += b"".join(small_gguf.field(*item) for item in fields.items()) + b"".join(infos)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + -len(head) % 32 + offset)
    return path


def _spelled(decoder_name: str) -> str:
    """A tensor's name in GGUF files."""
    parts = {ours: f"blk.{{}}.{theirs}" for theirs, ours in families.GGUF.items()}
    top = {ours: theirs for theirs, ours in families.GGUF_TOP.items()}
    stem, _, kind = decoder_name.rpartition(".")
    if stem in top:
        return f"{top[stem]}.{kind}"
    _, layer, part = stem.split(".", 2)
    return f"{parts[part]}.{kind}".format(layer)


def _fields(config: Config) -> dict[str, object]:
    numbers, prefix = config.architecture, config.family.name
    assert config.rope is not None
    return {
        "general.architecture": prefix,
        f"{prefix}.block_count": numbers.layers,
        f"{prefix}.context_length": numbers.context_length,
        f"{prefix}.embedding_length": numbers.hidden_size,
        f"{prefix}.feed_forward_length": numbers.intermediate_size,
        f"{prefix}.attention.head_count": numbers.heads,
        f"{prefix}.attention.head_count_kv": numbers.kv_heads,
        f"{prefix}.attention.layer_norm_rms_epsilon": config.norm_eps,
        f"{prefix}.rope.freq_base": config.rope.theta,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": ["a", "b"],
        "tokenizer.ggml.token_type": [1, 1],
        "tokenizer.ggml.merges": [],
    }
