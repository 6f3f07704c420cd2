"""What every scheme produces: small integers with a scale (and a zero) per block of a row.

`w ~ (level - zero) * scale`, the layout of ONNX Runtime's `MatMulNBits` and
`GatherBlockQuantized`: levels below 8 bits are packed along the row, low bits first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCKS = (128, 64, 32, 16)
"""Columns per scale that the operators accept and we use, best liked first."""

_CHUNK = 1 << 18
"""Values in one slice: what a search needs of it stays in the processor's cache."""


@dataclass(frozen=True)
class Quantized:
    """One matrix `[rows, columns]`, or some of its rows.

    Attributes:
        levels: uint8 `[rows, blocks, block]`, each below `2 ** bits`.
        scales: float32 `[rows, blocks]`.
        zeros: uint8 `[rows, blocks]`; None where all are `2 ** (bits - 1)`, the operators' default.
        bits: 4 or 8.
    """

    levels: NDArray[np.uint8]
    scales: NDArray[np.float32]
    zeros: NDArray[np.uint8] | None
    bits: int

    def rows(self, span: slice) -> Quantized:
        """Some rows of it; nothing is copied."""
        zeros = None if self.zeros is None else self.zeros[span]
        return Quantized(self.levels[span], self.scales[span], zeros, self.bits)

    def dequantize(self) -> NDArray[np.float32]:
        """The float32 matrix that the stored values stand for."""
        dense = self.levels.astype(np.float32)
        dense -= 2 ** (self.bits - 1) if self.zeros is None else self.zeros[..., None]
        dense *= self.scales[..., None]
        return dense.reshape(len(dense), -1)


def block_size(preferred: int, *widths: int) -> int:
    """The largest supported block, `preferred` at most, that divides every width.

    Raises:
        ValueError: None does.
    """
    for size in BLOCKS:
        if size <= preferred and all(width % size == 0 for width in widths):
            return size
    raise ValueError(f"no block size divides {widths}")


def pack(levels: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """uint8 `[..., n]` to `[..., ceil(n * bits / 8)]`."""
    if bits == 8:
        return levels
    if levels.shape[-1] % 2:
        levels = np.concatenate([levels, np.zeros_like(levels[..., :1])], axis=-1)
    return levels[..., 0::2] | (levels[..., 1::2] << np.uint8(4))


def unpack(packed: NDArray[np.uint8], bits: int, count: int) -> NDArray[np.uint8]:
    """Undoes `pack`; `count` is the length of the last dimension before it."""
    if bits == 8:
        return packed
    halves = np.stack((packed & np.uint8(15), packed >> np.uint8(4)), axis=-1)
    return halves.reshape(*packed.shape[:-1], -1)[..., :count]


def spans(rows: int, columns: int) -> Iterator[slice]:
    """Slices of rows that bound what work on one of them holds in memory."""
    step = max(1, _CHUNK // columns)
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def by_block(weight: NDArray[Any], block: int) -> NDArray[np.float32]:
    """`[rows, columns]` as `[rows, blocks, block]`."""
    return weight.reshape(len(weight), -1, block)
