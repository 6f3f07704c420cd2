"""GGUF files, written byte by byte: nothing checks what is asked for."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

STRING, ARRAY, U32, F32 = 8, 9, 4, 6
F32_TENSOR = 0


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def field(name: str, value: Any) -> bytes:
    """A number, a text or a list of texts or of numbers."""
    return text(name) + _typed(value)


def _typed(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", STRING) + text(value)
    if isinstance(value, float):
        return struct.pack("<If", F32, value)
    if isinstance(value, int):
        return struct.pack("<II", U32, value)
    of_text = bool(value) and isinstance(value[0], str)
    head = struct.pack("<IIQ", ARRAY, STRING if of_text else U32, len(value))
    return head + b"".join(text(v) if of_text else struct.pack("<I", v) for v in value)


def tensor(name: str, shape: Sequence[int], kind: int, offset: int) -> bytes:
    sizes = struct.pack(f"<{len(shape)}Q", *reversed(shape))
    return text(name) + struct.pack("<I", len(shape)) + sizes + struct.pack("<IQ", kind, offset)


def file(
    fields: Mapping[str, Any], tensors: Mapping[str, np.ndarray], alignment: int = 32
) -> bytes:
    """A whole file; tensors in float32."""
    infos, data = [], b""
    for name, values in tensors.items():
        data += bytes(-len(data) % alignment)
        infos.append(tensor(name, values.shape, F32_TENSOR, len(data)))
        data += values.astype("<f4").tobytes()
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields))
    head += b"".join(field(name, value) for name, value in fields.items()) + b"".join(infos)
    return head + bytes(-len(head) % alignment) + data


def tiny_llama(vocab: int = 4, hidden: int = 32, layers: int = 1, seed: int = 0) -> bytes:
    """A model of random weights: 2 heads, tied head, a tokenizer of `vocab` letters."""
    generator = np.random.default_rng(seed)
    shapes = {"token_embd.weight": (vocab, hidden), "output_norm.weight": (hidden,)}
    for layer in range(layers):
        matrices = ("attn_q", "attn_k", "attn_v", "attn_output")
        shapes |= {f"blk.{layer}.{name}.weight": (hidden, hidden) for name in matrices}
        shapes |= {f"blk.{layer}.ffn_{n}.weight": (2 * hidden, hidden) for n in ("gate", "up")}
        shapes[f"blk.{layer}.ffn_down.weight"] = (hidden, 2 * hidden)
        shapes |= {f"blk.{layer}.{n}_norm.weight": (hidden,) for n in ("attn", "ffn")}
    return file(
        llama_fields(vocab, hidden, layers),
        {name: generator.normal(size=shape) for name, shape in shapes.items()},
    )


def llama_fields(vocab: int, hidden: int, layers: int) -> dict[str, Any]:
    numbers = {"block_count": layers, "context_length": 64, "embedding_length": hidden}
    numbers |= {"feed_forward_length": 2 * hidden, "attention.head_count": 2}
    numbers |= {"attention.head_count_kv": 2}
    return {
        "general.architecture": "llama",
        **{f"llama.{name}": value for name, value in numbers.items()},
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": [chr(ord("a") + i) for i in range(vocab)],
        "tokenizer.ggml.token_type": [1] * vocab,
        "tokenizer.ggml.merges": [],
    }
