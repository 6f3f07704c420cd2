"""4 bits by round-to-nearest, symmetric: the value of largest magnitude becomes level 0.

`scale = -w_max / 8` (signed, as in llama.cpp's Q4_0) uses all sixteen levels; `max|w| / 7`
would use fifteen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.models.packing.quantize.blocks import Quantized, by_block

BITS = 4
_SMALLEST = np.float32(1e-12)


def quantize(weight: NDArray[Any], block: int) -> Quantized:
    """Rounds.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
    """
    values = by_block(weight, block)
    at = np.abs(values).argmax(-1)
    scales = np.take_along_axis(values, at[..., None], axis=-1)[..., 0] / np.float32(-8)
    scales[np.abs(scales) < _SMALLEST] = _SMALLEST
    levels = values / scales[..., None]
    np.rint(levels, out=levels)
    levels += np.float32(8)
    np.clip(levels, 0, 15, out=levels)
    return Quantized(levels.astype(np.uint8), scales, None, BITS)
