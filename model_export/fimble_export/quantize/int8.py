"""8 bits by round-to-nearest, symmetric: `scale = max|w| / 127` per block."""

from __future__ import annotations

import torch
from torch import Tensor

from fimble_export.quantize.blocks import Quantized, chunks, join

BITS = 8


def quantize(weight: Tensor, block: int, inputs: Tensor | None = None) -> Quantized:
    """Rounds; a value is off by at most half a step.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
        inputs: Not used.
    """
    del inputs
    return join([_quantize(part, block) for part in chunks(weight)])


def _quantize(weight: Tensor, block: int) -> Quantized:
    values = weight.reshape(weight.shape[0], -1, block)
    scales = values.abs().amax(dim=-1).clamp_min(1e-12) / 127
    levels = (values / scales[..., None]).round_().add_(128)
    return Quantized(levels.to(torch.uint8), scales, None, BITS)
