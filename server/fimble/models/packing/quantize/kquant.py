"""4 bits with a zero per block, scale and zero by weighted least squares.

The search of llama.cpp's k-quants (`make_qkx2_quants`), with the zero kept a whole level, as the
operators want it: for several ranges around the block's own, round, fit the scale to the rounded
levels by weighted least squares, `d = sum(v w q) / sum(v q^2)` with `q = level - zero`, and keep
the range with the least weighted error `sum(v (w - d q)^2)`.

Inside, a block is a column of `[block, blocks]`, and its sums fold one half onto the other until
one row is left: the same additions in the same order on every processor.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fimble.models.packing.quantize.blocks import Quantized

BITS = 4
_TOP = 2**BITS - 1
_RANGES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
"""Shares of the block's range that are tried: clipping its ends can spare the rest."""

Floats = NDArray[np.float32]


class _Fit(NamedTuple):
    """What a range gives; `levels` are `[block, blocks]`, the others `[blocks]`."""

    gain: Floats
    scales: Floats
    zeros: Floats
    levels: Floats


def quantize(weight: NDArray[Any], block: int, inputs: NDArray[Any] | None = None) -> Quantized:
    """Searches.

    Args:
        weight: float32 `[rows, columns]`.
        block: Columns per scale, a power of two that divides `columns`.
        inputs: `[columns]`, mean square of the input that meets each column: errors then weigh
            as much. None: as much as the value's magnitude, as k-quants do without a calibration.
    """
    rows = len(weight)
    values = np.ascontiguousarray(weight.reshape(-1, block).T)
    weights = _weights(values, block, inputs)
    low, high = np.minimum(values.min(0), 0), np.maximum(values.max(0), 0)
    chosen, best = np.ones_like(low), np.full_like(low, -1)
    for share in map(np.float32, _RANGES):
        gain = _fit(values, weights, low * share, high * share).gain
        chosen[gain > best] = share
        np.maximum(gain, best, out=best)
    found = _fit(values, weights, low * chosen, high * chosen)
    levels = np.ascontiguousarray(found.levels.astype(np.uint8).T).reshape(rows, -1, block)
    scales, zeros = (part.reshape(rows, -1) for part in (found.scales, found.zeros))
    return Quantized(levels, scales, zeros.astype(np.uint8), BITS)


def _weights(values: Floats, block: int, inputs: NDArray[Any] | None) -> Floats:
    if inputs is None:
        mean = _fold(np.square(values)) / np.float32(block)
        weights: Floats = np.abs(values) + np.sqrt(mean)
        return weights
    columns = inputs.astype(np.float32).reshape(-1, block).T
    return np.tile(columns, values.shape[1] // columns.shape[1])


def _fit(values: Floats, weights: Floats, low: Floats, high: Floats) -> _Fit:
    """Blocks whose range is taken to be `low` to `high`.

    With the fitted d the error is `sum(v w^2) - (sum(v w q))^2 / sum(v q^2)`; the gain is the
    second term, all of it that depends on the range.
    """
    scales = np.maximum((high - low) / np.float32(_TOP), np.float32(1e-12))
    zeros = np.clip(np.rint(-low / scales), 0, _TOP)
    levels = values / scales
    levels += zeros
    np.rint(levels, out=levels)
    np.clip(levels, 0, _TOP, out=levels)
    centred = levels - zeros
    weighted = weights * centred
    centred *= weighted
    weighted *= values
    product, square = _fold(weighted), _fold(centred)
    least: Floats = np.maximum(square, np.float32(1e-20))
    fitted = product / least
    return _Fit(product * fitted, np.where(square > 0, fitted, scales), zeros, levels)


def _fold(values: Floats) -> Floats:
    """Sums `[block, blocks]` over blocks of a power of two; uses `values` up."""
    half = len(values) // 2
    while half:
        values[:half] += values[half : 2 * half]
        half //= 2
    sums: Floats = values[0]
    return sums
