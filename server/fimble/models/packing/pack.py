"""A checkpoint's weights put where a template says."""

from __future__ import annotations

import struct
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.models.packing import matrix, quantize, rope
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.checkpoint.tensors import Tensors
from fimble.models.packing.matrix import Write
from fimble.models.packing.template import Floats, Matrix, Rotary, Stored, Template

GRAPH, DATA, TOKENIZER = "model.onnx", "model.onnx.data", "tokenizer.json"

Told = Callable[[int], None]
"""Called with the bytes of `model.onnx.data` that are written."""


def pack(
    template: Template, graph: bytes, checkpoint: Checkpoint, folder: Path, threads: int, told: Told
) -> None:
    """Writes graph, weights and tokenizer into `folder`.

    Args:
        template: How; must fit the checkpoint (`fit.require`).
        graph: The template's graph.
        checkpoint: What is packed.
        folder: Is there and empty.
        threads: To work on.
        told: How far it is.

    Raises:
        CheckpointError: A tensor cannot be read, or holds NaN or infinity.
        OSError: `folder` cannot be written.
    """
    patched = bytearray(graph)
    with (
        (folder / DATA).open("wb") as file,
        ThreadPoolExecutor(threads, thread_name_prefix="fimble-pack") as pool,
    ):
        file.truncate(template.data_bytes)
        written = 0

        def put(offset: int, values: NDArray[Any]) -> None:
            nonlocal written
            file.seek(offset)
            file.write(np.ascontiguousarray(values).data.cast("B"))
            written += values.nbytes
            told(written)

        if template.rotary is not None:
            _put_tables(template.rotary, put)
        for copied in template.floats:
            _put_floats(copied, checkpoint.tensors, put)
        for rounded in template.matrices:
            _put_matrix(rounded, checkpoint.tensors, pool, put, patched)
    (folder / GRAPH).write_bytes(patched)
    (folder / TOKENIZER).write_text(checkpoint.tokenizer, encoding="utf-8", newline="")


def _put_tables(part: Rotary, put: Write) -> None:
    cosines, sines = rope.tables(part.turning)
    put(part.cosines.offset, cosines)
    put(part.sines.offset, sines)


def _put_floats(part: Floats, tensors: Tensors, put: Write) -> None:
    put(part.place.offset, np.concatenate([tensors[name] for name in part.sources]))


def _put_matrix(
    part: Matrix, tensors: Tensors, pool: Executor, put: Write, graph: bytearray
) -> None:
    source = matrix.stacked(tensors, part.sources)
    rounded = matrix.quantize(source, quantize.get(part.scheme), part.block, pool)
    _set_factor(graph, part.stored, matrix.write(rounded, part.stored, pool, put))
    if part.screen is not None:
        coarse = matrix.screen(rounded, pool)
        _set_factor(graph, part.screen, matrix.write(coarse, part.screen, pool, put))


def _set_factor(graph: bytearray, stored: Stored, factor: float) -> None:
    for place in stored.factors:
        struct.pack_into("<f", graph, place, factor)
