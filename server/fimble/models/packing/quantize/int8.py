"""8 bits by round-to-nearest, symmetric: `scale = max|w| / 127` per block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.models.packing.quantize.blocks import Quantized, by_block

BITS = 8
_SMALLEST = np.float32(1e-12)


def quantize(weight: NDArray[Any], block: int) -> Quantized:
    """Rounds; a value is off by at most half a step.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
    """
    values = by_block(weight, block)
    scales = np.maximum(np.abs(values).max(-1), _SMALLEST) / np.float32(127)
    levels = values / scales[..., None]
    np.rint(levels, out=levels)
    levels += np.float32(128)
    return Quantized(levels.astype(np.uint8), scales, None, BITS)
