"""4 bits by round-to-nearest, symmetric: the value of largest magnitude becomes level 0.

`scale = -w_max / 8` (signed, as in llama.cpp's Q4_0) uses all sixteen levels; `max|w| / 7`
would use fifteen.
"""

from __future__ import annotations

import torch
from torch import Tensor

from fimble_export.quantize.blocks import Quantized, chunks, join

BITS = 4


def quantize(weight: Tensor, block: int, inputs: Tensor | None = None) -> Quantized:
    """Rounds.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
        inputs: Not used.
    """
    del inputs
    return join([_quantize(part, block) for part in chunks(weight)])


def _quantize(weight: Tensor, block: int) -> Quantized:
    values = weight.reshape(weight.shape[0], -1, block)
    largest = values.gather(-1, values.abs().argmax(dim=-1, keepdim=True))
    scales = largest / -8
    scales = torch.where(scales.abs() < 1e-12, 1e-12, scales)
    levels = (values / scales).round_().add_(8).clamp_(0, 15)
    return Quantized(levels.to(torch.uint8), scales[..., 0], None, BITS)
