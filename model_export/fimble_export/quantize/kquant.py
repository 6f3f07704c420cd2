"""4 bits with a zero per block, scale and zero by weighted least squares.

The search of llama.cpp's k-quants (`make_qkx2_quants`), with the zero kept a whole level, as the
operators want it: for several ranges around the block's own, round, fit the scale to the rounded
levels by weighted least squares, `d = sum(v w q) / sum(v q^2)` with `q = level - zero`, and keep
the range with the least weighted error `sum(v (w - d q)^2)`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from fimble_export.quantize.blocks import Quantized, chunks, join

BITS = 4
_TOP = 2**BITS - 1
_RANGES = tuple(0.70 + 0.04 * step for step in range(10))
"""Shares of the block's range that are tried: clipping its ends can spare the rest."""


def quantize(weight: Tensor, block: int, inputs: Tensor | None = None) -> Quantized:
    """Searches.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
        inputs: `[columns]`, mean square of the input that meets each column: errors then weigh
            as much. None: as much as the value's magnitude, as k-quants do without a calibration.
    """
    return join([_quantize(part, block, inputs) for part in chunks(weight)])


def _quantize(weight: Tensor, block: int, importance: Tensor | None) -> Quantized:
    values = weight.reshape(weight.shape[0], -1, block)
    weights = _weights(values, block, importance)
    low, high = values.amin(-1).clamp_max(0), values.amax(-1).clamp_min(0)
    best = _fit(values, weights, low, high)
    for share in _RANGES:
        found = _fit(values, weights, low * share, high * share)
        better = found[0] < best[0]
        best = tuple(
            torch.where(better.reshape(better.shape + (1,) * (new.dim() - 2)), new, old)
            for new, old in zip(found, best, strict=True)
        )
    _, scales, zeros, levels = best
    return Quantized(levels, scales, zeros, BITS)


def _weights(values: Tensor, block: int, importance: Tensor | None) -> Tensor:
    if importance is None:
        return values.abs() + values.square().mean(-1, keepdim=True).sqrt()
    return importance.reshape(1, -1, block).expand_as(values)


def _fit(values: Tensor, weights: Tensor, low: Tensor, high: Tensor) -> tuple[Tensor, ...]:
    """Error, scale, zero and levels for blocks whose range is taken to be `low` to `high`."""
    scales = ((high - low) / _TOP).clamp_min(1e-12)
    zeros = (-low / scales).round_().clamp_(0, _TOP)
    levels = (values / scales[..., None] + zeros[..., None]).round_().clamp_(0, _TOP)
    centred = levels - zeros[..., None]
    weighted = weights * centred
    square = (weighted * centred).sum(-1)
    fitted = (weighted * values).sum(-1) / square.clamp_min(1e-20)
    scales = torch.where(square > 0, fitted, scales)
    error = (weights * (values - centred * scales[..., None]).square()).sum(-1)
    return error, scales, zeros.to(torch.uint8), levels.to(torch.uint8)
