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
_RANGES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
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


def _quantize(weight: Tensor, block: int, inputs: Tensor | None) -> Quantized:
    values = weight.reshape(weight.shape[0], -1, block)
    weights = _weights(values, block, inputs)
    low, high = values.amin(-1).clamp_max_(0), values.amax(-1).clamp_min_(0)
    chosen, best = torch.ones_like(low), torch.full_like(low, -1.0)
    for share in _RANGES:
        gain = _fit(values, weights, low * share, high * share)[0]
        chosen = torch.where(gain > best, share, chosen)
        best = torch.maximum(gain, best)
    _, scales, zeros, levels = _fit(values, weights, low * chosen, high * chosen)
    return Quantized(levels.to(torch.uint8), scales, zeros.to(torch.uint8), BITS)


def _weights(values: Tensor, block: int, inputs: Tensor | None) -> Tensor:
    if inputs is None:
        return values.abs() + values.square().mean(-1, keepdim=True).sqrt()
    return inputs.reshape(1, -1, block).expand_as(values)


def _fit(values: Tensor, weights: Tensor, low: Tensor, high: Tensor) -> tuple[Tensor, ...]:
    """Gain, scale, zero and levels for blocks whose range is taken to be `low` to `high`.

    With the fitted d the error is `sum(v w^2) - (sum(v w q))^2 / sum(v q^2)`; the gain is the
    second term, all of it that depends on the range.
    """
    scales = ((high - low) / _TOP).clamp_min_(1e-12)
    zeros = (-low / scales).round_().clamp_(0, _TOP)
    levels = (values / scales[..., None]).add_(zeros[..., None]).round_().clamp_(0, _TOP)
    centred = levels - zeros[..., None]
    weighted = weights * centred
    product, square = (weighted * values).sum(-1), (weighted * centred).sum(-1)
    fitted = product / square.clamp_min(1e-20)
    return product * fitted, torch.where(square > 0, fitted, scales), zeros, levels
