"""What every scheme produces: small integers with a scale (and a zero) per block of a row.

`w ~ (level - zero) * scale`, the layout of ONNX Runtime's `MatMulNBits` and
`GatherBlockQuantized`: levels below 8 bits are packed along the row, low bits first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BLOCKS = (128, 64, 32, 16)
"""Columns per scale that the operators accept and we use, best liked first."""

_CHUNK = 1 << 19
"""Values in one slice: what a search needs of it stays in the processor's cache."""


@dataclass(frozen=True)
class Quantized:
    """One matrix `[rows, columns]`.

    Attributes:
        levels: uint8 `[rows, blocks, block]`, each below `2 ** bits`.
        scales: float32 `[rows, blocks]`.
        zeros: uint8 `[rows, blocks]`; None where all are `2 ** (bits - 1)`, the operators' default.
        bits: 4 or 8.
    """

    levels: Tensor
    scales: Tensor
    zeros: Tensor | None
    bits: int

    def dequantize(self) -> Tensor:
        """The float32 matrix that the stored values stand for."""
        zeros = 2 ** (self.bits - 1) if self.zeros is None else self.zeros[..., None].float()
        return ((self.levels.float() - zeros) * self.scales[..., None]).flatten(1)


def block_size(preferred: int, *widths: int) -> int:
    """The largest supported block, `preferred` at most, that divides every width.

    Raises:
        ValueError: None does.
    """
    for size in BLOCKS:
        if size <= preferred and all(width % size == 0 for width in widths):
            return size
    raise ValueError(f"no block size divides {widths}")


def pack(levels: Tensor, bits: int) -> Tensor:
    """uint8 `[..., n]` to `[..., ceil(n * bits / 8)]`."""
    if bits == 8:
        return levels
    if levels.shape[-1] % 2:
        levels = torch.nn.functional.pad(levels, (0, 1))
    return levels[..., 0::2] | (levels[..., 1::2] << 4)


def unpack(packed: Tensor, bits: int, count: int) -> Tensor:
    """Undoes `pack`; `count` is the length of the last dimension before it."""
    if bits == 8:
        return packed
    return torch.stack((packed & 15, packed >> 4), dim=-1).flatten(-2)[..., :count]


def unpack_array(packed: NDArray[np.uint8], bits: int, count: int) -> NDArray[np.uint8]:
    """`unpack` for arrays."""
    return unpack(torch.from_numpy(packed), bits, count).numpy()


def chunks(weight: Tensor) -> Iterator[Tensor]:
    """The rows of `weight` in slices that bound what a search over them holds in memory."""
    yield from torch.split(weight, max(1, _CHUNK // weight.shape[1]))


def join(parts: list[Quantized]) -> Quantized:
    """Slices of rows as one matrix."""
    zeros = [part.zeros for part in parts if part.zeros is not None]
    return Quantized(
        levels=torch.cat([part.levels for part in parts]),
        scales=torch.cat([part.scales for part in parts]),
        zeros=torch.cat(zeros) if zeros else None,
        bits=parts[0].bits,
    )
