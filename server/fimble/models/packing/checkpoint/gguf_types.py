"""How GGUF files store numbers, and the float32 values that these stand for.

A row is cut into blocks of bytes; every function below takes blocks, uint8 `[blocks, bytes]`, and
gives float32 `[blocks, values]`. Layouts and the order of operations are those of ggml's
`ggml-quants.c`, so that the values are the same to the last bit. Types that few files have
(IQ..., TQ..., MXFP4) are left to the exporter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_SUPER = 256
"""Values in a block of the K types."""


@dataclass(frozen=True)
class Type:
    """One way to store a row.

    Attributes:
        name: In ggml.
        values: In a block.
        bytes: Of a block.
        dequantize: Blocks to values.
    """

    name: str
    values: int
    bytes: int
    dequantize: Callable[[Bytes], Floats]


def _float(blocks: Bytes, at: int, kind: str = "<f2") -> Floats:
    """One number per block, stored from byte `at` on: `[blocks, 1]`."""
    size = np.dtype(kind).itemsize
    return np.ascontiguousarray(blocks[:, at : at + size]).view(kind).astype(np.float32)


def _plain(kind: str) -> Callable[[Bytes], Floats]:
    """Numbers that are stored as they are."""

    def dequantize(blocks: Bytes) -> Floats:
        return blocks.view(kind).astype(np.float32)

    return dequantize


def _bf16(blocks: Bytes) -> Floats:
    return (blocks.view("<u2").astype(np.uint32) << 16).view(np.float32)


def _nibbles(stored: Bytes, width: int) -> Bytes:
    """Per `width` bytes their low halves, then their high ones."""
    parts = stored.reshape(len(stored), -1, 1, width)
    both = np.concatenate((parts & np.uint8(15), parts >> np.uint8(4)), axis=2)
    return both.reshape(len(stored), -1)


def _crumbs(stored: Bytes, width: int) -> Bytes:
    """Per `width` bytes their lowest two bits, then the next two, and so on."""
    shifts = np.array([0, 2, 4, 6], np.uint8).reshape(1, 1, 4, 1)
    parts = (stored.reshape(len(stored), -1, 1, width) >> shifts) & np.uint8(3)
    return parts.reshape(len(stored), -1)


def _bits(stored: Bytes) -> Bytes:
    """Per byte its eight bits, the lowest first."""
    return np.unpackbits(stored, axis=1, bitorder="little")


def _planes(stored: Bytes) -> Bytes:
    """All lowest bits, then all second ones, and so on."""
    shifts = np.arange(8, dtype=np.uint8).reshape(1, 8, 1)
    parts = (stored[:, None, :] >> shifts) & np.uint8(1)
    return parts.reshape(len(stored), -1)


def _q4_0(blocks: Bytes) -> Floats:
    levels = _nibbles(blocks[:, 2:], 16).view(np.int8) - np.int8(8)
    return _float(blocks, 0) * levels.astype(np.float32)


def _q4_1(blocks: Bytes) -> Floats:
    levels = _nibbles(blocks[:, 4:], 16).astype(np.float32)
    return _float(blocks, 0) * levels + _float(blocks, 2)


def _q5_0(blocks: Bytes) -> Floats:
    levels = _nibbles(blocks[:, 6:], 16) | (_bits(blocks[:, 2:6]) << np.uint8(4))
    return _float(blocks, 0) * (levels.view(np.int8) - np.int8(16)).astype(np.float32)


def _q5_1(blocks: Bytes) -> Floats:
    levels = _nibbles(blocks[:, 8:], 16) | (_bits(blocks[:, 4:8]) << np.uint8(4))
    return _float(blocks, 0) * levels.astype(np.float32) + _float(blocks, 2)


def _q8_0(blocks: Bytes) -> Floats:
    return blocks[:, 2:].view(np.int8).astype(np.float32) * _float(blocks, 0)


def _q2_k(blocks: Bytes) -> Floats:
    scales, levels = blocks[:, :16], _crumbs(blocks[:, 16:80], 32)
    scale = _float(blocks, 80) * (scales & np.uint8(15)).astype(np.float32)
    least = _float(blocks, 82) * (scales >> np.uint8(4)).astype(np.float32)
    parts = levels.reshape(len(blocks), 16, 16).astype(np.float32)
    return (scale[..., None] * parts - least[..., None]).reshape(len(blocks), _SUPER)


def _q3_k(blocks: Bytes) -> Floats:
    low, high = _crumbs(blocks[:, 32:96], 32), _planes(blocks[:, :32])
    coarse = _nibbles(blocks[:, 96:104], 8)
    stored = coarse | (_crumbs(blocks[:, 104:108], 4) << np.uint8(4))
    scale = _float(blocks, 108) * (stored.view(np.int8) - np.int8(32)).astype(np.float32)
    # The third bit is stored the other way round: where it is not set, 4 is taken off.
    levels = low.view(np.int8) - ((high ^ np.uint8(1)) << np.uint8(2)).view(np.int8)
    parts = levels.reshape(len(blocks), 16, 16).astype(np.float32)
    return (scale[..., None] * parts).reshape(len(blocks), _SUPER)


def _scales_of_32(blocks: Bytes) -> tuple[Floats, Floats]:
    """Scale and least value of each 32, from six bits each: `[blocks, 8, 1]`."""
    first, second, both = blocks[:, 4:8], blocks[:, 8:12], blocks[:, 12:16]
    six, four, top = np.uint8(0x3F), np.uint8(4), np.uint8(0x30)
    above = (both & np.uint8(15)) | ((first >> np.uint8(2)) & top)
    below = (both >> four) | ((second >> np.uint8(2)) & top)
    scale = np.concatenate((first & six, above), axis=1).astype(np.float32)
    least = np.concatenate((second & six, below), axis=1).astype(np.float32)
    return (_float(blocks, 0) * scale)[..., None], (_float(blocks, 2) * least)[..., None]


def _q4_k(blocks: Bytes) -> Floats:
    scale, least = _scales_of_32(blocks)
    parts = _nibbles(blocks[:, 16:], 32).reshape(len(blocks), 8, 32).astype(np.float32)
    return (scale * parts - least).reshape(len(blocks), _SUPER)


def _q5_k(blocks: Bytes) -> Floats:
    scale, least = _scales_of_32(blocks)
    levels = _nibbles(blocks[:, 48:], 32) | (_planes(blocks[:, 16:48]) << np.uint8(4))
    parts = levels.reshape(len(blocks), 8, 32).astype(np.float32)
    return (scale * parts - least).reshape(len(blocks), _SUPER)


def _q6_k(blocks: Bytes) -> Floats:
    levels = _nibbles(blocks[:, :128], 64) | (_crumbs(blocks[:, 128:192], 32) << np.uint8(4))
    parts = (levels.view(np.int8) - np.int8(32)).reshape(len(blocks), 16, 16).astype(np.float32)
    scale = _float(blocks, 208) * blocks[:, 192:208].view(np.int8).astype(np.float32)
    return (scale[..., None] * parts).reshape(len(blocks), _SUPER)


TYPES = MappingProxyType(
    {
        0: Type("F32", 1, 4, _plain("<f4")),
        1: Type("F16", 1, 2, _plain("<f2")),
        2: Type("Q4_0", 32, 18, _q4_0),
        3: Type("Q4_1", 32, 20, _q4_1),
        6: Type("Q5_0", 32, 22, _q5_0),
        7: Type("Q5_1", 32, 24, _q5_1),
        8: Type("Q8_0", 32, 34, _q8_0),
        10: Type("Q2_K", _SUPER, 84, _q2_k),
        11: Type("Q3_K", _SUPER, 110, _q3_k),
        12: Type("Q4_K", _SUPER, 144, _q4_k),
        13: Type("Q5_K", _SUPER, 176, _q5_k),
        14: Type("Q6_K", _SUPER, 210, _q6_k),
        30: Type("BF16", 1, 2, _bf16),
    }
)
"""ggml's number of a type -> the type."""


def read_rows(stored: Bytes, kind: Type) -> Floats:
    """Rows of bytes, uint8 `[rows, bytes]`, as float32 `[rows, columns]`."""
    columns = stored.shape[1] // kind.bytes * kind.values
    values: Any = kind.dequantize(stored.reshape(-1, kind.bytes))
    result: Floats = values.reshape(len(stored), columns)
    return result
