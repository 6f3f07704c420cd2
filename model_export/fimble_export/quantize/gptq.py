"""4 bits by GPTQ (Frantar et al. 2023): each rounding error is made up for by later columns.

With `H = X^T X` of the inputs, columns are rounded from left to right; the error of column c,
divided by the diagonal of `U = chol(H^-1)` (upper), is taken from the columns right of it in
proportion to row c of `U`. Scale and zero of a block come from the k-quant search when its first
column is reached, on the weights as they then are.
"""

from __future__ import annotations

import torch
from fimble.models.packing.quantize import kquant
from fimble.models.packing.quantize.blocks import Quantized
from torch import Tensor

BITS = kquant.BITS
_TOP = 2**BITS - 1
_DAMPING = 0.01
"""Share of the mean diagonal that is added to it, as in the paper."""


def quantize(weight: Tensor, block: int, inputs: Tensor | None = None) -> Quantized:
    """Rounds with error feedback.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, divides `columns`.
        inputs: `[columns, columns]`, the mean of `x x^T` over the calibration tokens; None leaves
            the plain k-quant search.
    """
    if inputs is None:
        return kquant.quantize(weight.numpy(), block)
    left = weight.clone()
    importance = inputs.diagonal().clamp_min(1e-12)
    upper = _inverse_factor(inputs)
    levels, scales, zeros = [], [], []
    for start in range(0, weight.shape[1], block):
        span = slice(start, start + block)
        part = left[:, span].clone()
        found = kquant.quantize(part.numpy(), block, importance[span].numpy())
        if found.zeros is None:
            raise AssertionError("k-quants have zeros")
        scale, zero = torch.from_numpy(found.scales), torch.from_numpy(found.zeros)
        rounded, errors = _round(part, scale, zero.float(), upper[span, span])
        left[:, span.stop :] -= errors @ upper[span, span.stop :]
        levels.append(rounded)
        scales.append(scale)
        zeros.append(zero)
    return Quantized(
        levels=torch.stack(levels, dim=1).numpy(),
        scales=torch.cat(scales, dim=1).numpy(),
        zeros=torch.cat(zeros, dim=1).numpy(),
        bits=BITS,
    )


def _inverse_factor(hessian: Tensor) -> Tensor:
    """Upper Cholesky factor of the inverse of the damped Hessian."""
    damped = hessian.clone()
    diagonal = damped.diagonal()
    diagonal += _DAMPING * diagonal.mean().clamp_min(1e-12)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    factor: Tensor = torch.linalg.cholesky(inverse, upper=True)
    return factor


def _round(part: Tensor, scale: Tensor, zero: Tensor, upper: Tensor) -> tuple[Tensor, Tensor]:
    """Levels and scaled errors of one block; `part` is used up."""
    part = part.T.contiguous()
    levels = torch.empty_like(part, dtype=torch.uint8)
    errors = torch.empty_like(part)
    scale, zero = scale[:, 0], zero[:, 0]
    for column in range(part.shape[0]):
        level = (part[column] / scale + zero).round_().clamp_(0, _TOP)
        errors[column] = (part[column] - (level - zero) * scale) / upper[column, column]
        part[column + 1 :] -= torch.outer(upper[column, column + 1 :], errors[column])
        levels[column] = level.to(torch.uint8)
    return levels.T.contiguous(), errors.T.contiguous()
