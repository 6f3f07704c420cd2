"""8 bits, symmetric, one scale per block of a row: the layout of ONNX Runtime's MatMulNBits."""

from __future__ import annotations

import torch

BITS = 8
ZERO_POINT = 128
"""Stored value of 0.0; the operators' default for 8 bits, so it is not written."""


def block_size(*widths: int) -> int:
    """The largest supported block that divides every width.

    Raises:
        ValueError: None does.
    """
    for size in (128, 64, 32, 16):
        if all(width % size == 0 for width in widths):
            return size
    raise ValueError(f"no block size divides {widths}")


def quantize(weight: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rounds to nearest, `scale = max|w| / 127` per block.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.

    Returns:
        uint8 `[rows, columns / block, block]` and float32 scales `[rows, columns / block]`.
    """
    blocks = weight.reshape(weight.shape[0], -1, block)
    scales = blocks.abs().amax(dim=-1).clamp_min(1e-12) / 127
    levels = (blocks / scales[..., None]).round_().add_(ZERO_POINT)
    return levels.to(torch.uint8), scales


def dequantize(levels: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """The float32 weight `[rows, columns]` that the stored values stand for."""
    return ((levels.float() - ZERO_POINT) * scales[..., None]).flatten(1)
