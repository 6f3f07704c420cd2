"""safetensors: a length, names and places as JSON, then the numbers.

The format's own package reads neither bfloat16 into numpy nor some rows of a matrix alone.
Layout: https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from fimble.errors import told
from fimble.models.packing.checkpoint.tensors import Entry, Floats

_LONGEST = 100_000_000
"""Bytes of the names and places, as in the format's own package."""
_TYPES = MappingProxyType(
    {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
)


def entries(file: Path) -> dict[str, Entry]:
    """The tensors of one file, by the names it gives them.

    Raises:
        ValueError: It is not whole, or a tensor is of a type that no weights have.
        OSError: It cannot be read.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if length > min(_LONGEST, size - 8):
            raise ValueError(f"{file.name} ends too early, or is no safetensors file")
        try:
            head = json.loads(opened.read(length).decode())
        except RecursionError as error:
            raise ValueError(f"the head of {file.name} is nested too deeply") from error
    if not isinstance(head, dict):
        raise ValueError(f"{file.name} names no tensors")
    head.pop("__metadata__", None)
    return {name: _entry(file, size, 8 + length, name, info) for name, info in head.items()}


def _entry(file: Path, size: int, start: int, name: str, info: Any) -> Entry:
    kind, shape, (begin, end) = info["dtype"], tuple(info["shape"]), info["data_offsets"]
    if kind not in _TYPES:
        raise ValueError(f"the tensor {told(name)} is of type {told(kind)}")
    numbers = (*shape, begin, end)
    if not all(isinstance(number, int) and number >= 0 for number in numbers):
        raise ValueError(f"the place of {told(name)} is none")
    if end - begin != math.prod(shape) * np.dtype(_TYPES[kind]).itemsize or start + end > size:
        raise ValueError(f"{file.name} ends before {told(name)} does")
    return Entry(shape, partial(_read, file, start + begin, kind, shape))


def _read(file: Path, offset: int, kind: str, shape: tuple[int, ...], span: slice) -> Floats:
    dtype, row = np.dtype(_TYPES[kind]), math.prod(shape[1:])
    first, last, _ = span.indices(shape[0]) if shape else (0, 1, 1)
    place = offset + first * row * dtype.itemsize
    values = np.fromfile(file, dtype, (last - first) * row, offset=place)
    if kind == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32, copy=False).reshape(
        (last - first, *shape[1:]) if shape else ()
    )
