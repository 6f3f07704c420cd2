"""One quantized matrix: from rows of the checkpoint to the bytes of its initializers.

Rows are read, rounded and laid out in slices, on several threads (numpy works outside Python's
lock); what is held is the matrix in one byte per weight, never in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.models.packing import panels
from fimble.models.packing.checkpoint.tensors import Tensors
from fimble.models.packing.quantize import Scheme, int4
from fimble.models.packing.quantize.blocks import Quantized, pack, spans
from fimble.models.packing.template import Place, Stored

Write = Callable[[int, NDArray[Any]], None]
"""Told a place in `model.onnx.data` and what goes there."""

Rows = Callable[[slice], NDArray[np.float32]]


@dataclass(frozen=True)
class Slices:
    """A float32 matrix that is read in slices.

    Attributes:
        shape: Its rows and columns.
        read: Some of its rows.
        cuts: Slices that together are all rows.
    """

    shape: tuple[int, int]
    read: Rows
    cuts: tuple[slice, ...]


def stacked(tensors: Tensors, names: tuple[str, ...]) -> Slices:
    """Matrices of a checkpoint, one below the other."""
    shapes = [tensors.shape(name) for name in names]
    starts = np.cumsum([0, *(shape[0] for shape in shapes)]).tolist()

    def read(span: slice) -> NDArray[np.float32]:
        part = next(i for i, start in enumerate(starts[1:]) if span.stop <= start)
        at = starts[part]
        return tensors.rows(names[part], slice(span.start - at, span.stop - at))

    cuts = tuple(
        slice(start + span.start, start + span.stop)
        for start, shape in zip(starts, shapes, strict=False)
        for span in spans(*shape)
    )
    return Slices((starts[-1], shapes[0][1]), read, cuts)


def of_array(weight: NDArray[np.float32]) -> Slices:
    """A matrix that is in memory."""
    rows, columns = weight.shape
    return Slices((rows, columns), weight.__getitem__, tuple(spans(rows, columns)))


def quantize(source: Slices, scheme: Scheme, block: int, pool: Executor) -> Quantized:
    """All of a matrix, rounded.

    Args:
        source: The matrix.
        scheme: How.
        block: Columns per scale; divides the columns.
        pool: Threads to work on.

    Raises:
        CheckpointError: Rows cannot be read, or hold NaN or infinity.
    """
    rows, blocks = source.shape[0], source.shape[1] // block
    levels = np.empty((rows, blocks, block), np.uint8)
    scales = np.empty((rows, blocks), np.float32)
    zeros = np.empty((rows, blocks), np.uint8) if scheme.zeros else None

    def fill(span: slice) -> None:
        part = scheme.quantize(source.read(span), block)
        levels[span], scales[span] = part.levels, part.scales
        if zeros is not None and part.zeros is not None:
            zeros[span] = part.zeros

    _all(pool, fill, source.cuts)
    return Quantized(levels, scales, zeros, scheme.bits)


def screen(matrix: Quantized, pool: Executor) -> Quantized:
    """The copy of a head in 4 bits, made from what is stored of it."""
    rows, blocks, block = matrix.levels.shape

    def read(span: slice) -> NDArray[np.float32]:
        return matrix.rows(span).dequantize()

    cuts = tuple(spans(rows, blocks * block))
    source = Slices((rows, blocks * block), read, cuts)
    return quantize(source, Scheme("int4-rtn", int4.BITS, int4.quantize), block, pool)


def write(matrix: Quantized, stored: Stored, pool: Executor, put: Write) -> float:
    """Writes what the graph has of a matrix; returns the common factor of its panels' scales."""
    if stored.levels is not None:
        flat = matrix.levels
        for span in spans(len(flat), flat[0].size):
            packed = pack(flat[span], matrix.bits)
            put(stored.levels.offset + span.start * packed[0].nbytes, packed)
    if stored.scales is not None:
        put(stored.scales.offset, matrix.scales)
    if stored.zeros is not None and matrix.zeros is not None:
        put(stored.zeros.offset, pack(matrix.zeros, matrix.bits))
    if stored.panels is None:
        return 1.0
    factor = panels.factor(matrix.scales)
    for offset, packed in _panels(matrix, factor, stored.panels, pool):
        put(offset, packed)
    return factor


def _panels(
    matrix: Quantized, factor: float, place: Place, pool: Executor
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Slices of the panels, in order, each with its place."""
    rows, columns = len(matrix.levels), matrix.levels[0].size
    size = place.bytes // -(-rows // panels.WIDTH)
    step = next(spans(rows, columns)).stop
    step += -step % panels.WIDTH
    starts = range(0, rows, step)

    def made(start: int) -> tuple[int, NDArray[np.uint8]]:
        part = matrix.rows(slice(start, start + step))
        levels = part.levels.reshape(len(part.levels), -1)
        packed = panels.pack(levels, part.scales / factor, part.zeros, part.bits)
        return place.offset + start // panels.WIDTH * size, packed

    return pool.map(made, starts)


def _all(pool: Executor, work: Callable[[slice], None], cuts: tuple[slice, ...]) -> None:
    for _ in pool.map(work, cuts):
        pass
