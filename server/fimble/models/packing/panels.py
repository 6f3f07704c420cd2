"""Quantized matrices as our own kernels read them: 16 outputs side by side, scales in front.

`engine/kernels/matrix.h` describes the bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 16
"""Outputs in a panel."""

_ALIGNMENT = 64
_TOP = 15
"""Float16 holds less than two to this, and half."""


def factor(scales: NDArray[Any]) -> float:
    """A power of two; divided by it, the largest scale is near the top of what float16 holds.

    What lies 2^28 times below still keeps its eleven bits.
    """
    largest = float(np.max(scales, initial=0.0))
    return 2.0 ** (np.frexp(largest)[1] - _TOP) if largest > 0 else 1.0


def pack(
    levels: NDArray[np.uint8],
    scales: NDArray[Any],
    zeros: NDArray[np.uint8] | None,
    bits: int,
) -> NDArray[np.uint8]:
    """The panels of one matrix.

    Args:
        levels: `[rows, columns]`, each below `2 ** bits`; columns in eights.
        scales: `[rows, blocks]`, divided by `factor`; kept as float16.
        zeros: `[rows, blocks]`; None where all are `2 ** (bits - 1)`.
        bits: 4 or 8.

    Returns:
        uint8 `[bytes]`.
    """
    columns = levels.shape[1]
    parts = _panels(levels).reshape(-1, WIDTH, columns * bits // 32, 8 // bits, 4)
    halves = [parts[:, :, :, half] << (4 * half) for half in range(8 // bits)]
    stored = np.bitwise_or.reduce(halves).transpose(0, 2, 1, 3).reshape(len(parts), -1)
    header = [_header(scales.astype(np.float16))]
    if zeros is not None:
        header.append(_header(zeros))
    used = sum(part.shape[1] for part in header)
    fill = np.zeros((len(parts), -used % _ALIGNMENT), np.uint8)
    return np.concatenate([*header, fill, stored], axis=1).reshape(-1)


def _panels(values: NDArray[Any]) -> NDArray[Any]:
    """`[rows, n]` to `[panels, WIDTH, n]`, the last panel filled up with zeros."""
    missing = -len(values) % WIDTH
    return np.pad(values, ((0, missing), (0, 0))).reshape(-1, WIDTH, values.shape[1])


def _header(values: NDArray[Any]) -> NDArray[np.uint8]:
    """`[rows, blocks]` to the bytes `[panels, bytes]` of `[panels, blocks, WIDTH]`."""
    turned = np.ascontiguousarray(_panels(values).transpose(0, 2, 1))
    return turned.reshape(len(turned), -1).view(np.uint8)
