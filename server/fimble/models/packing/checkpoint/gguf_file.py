"""GGUF, llama.cpp's container: fields and tensors of a file, nothing believed unchecked.

Written down in ggml's `docs/gguf.md`. The file may come from anywhere: a length that the rest of
the file cannot hold is refused before anything of that length is made.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np

from fimble.errors import told

_MAGIC, _VERSIONS = b"GGUF", (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = MappingProxyType(
    {
        **{0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "?"},
        **{10: "<u8", 11: "<i8", 12: "<f8"},
    }
)
"""Number of a field's type -> the same in numpy."""
_LONGEST = 1 << 24
"""Elements of an array: as many as a vocabulary has tokens at most."""
_ALIGNMENT = "general.alignment"


@dataclass(frozen=True)
class Stored:
    """Where a tensor lies.

    Attributes:
        shape: The slowest dimension first.
        kind: ggml's number of its type.
        offset: From the file's beginning, in bytes.
    """

    shape: tuple[int, ...]
    kind: int
    offset: int


@dataclass(frozen=True)
class File:
    """What the head of a file says.

    Attributes:
        path: The file.
        size: Its bytes.
        fields: Name -> number, text, or a list of these.
        tensors: Name -> place.
    """

    path: Path
    size: int
    fields: Mapping[str, Any]
    tensors: Mapping[str, Stored]


def read(path: Path) -> File:
    """Reads the head; the tensors' bytes are left alone.

    Raises:
        ValueError: It is no GGUF file, or is not whole; the text says why.
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        reader = _Reader(file, size)
        if reader.take(4) != _MAGIC:
            raise ValueError("it does not begin as a GGUF file does")
        if (version := reader.number("<u4")) not in _VERSIONS:
            raise ValueError(f"it is of version {version}")
        count, pairs = reader.number("<u8"), reader.number("<u8")
        fields: dict[str, Any] = {}
        for _ in range(pairs):
            _add(fields, reader.text(), lambda: reader.value(reader.number("<u4")))
        infos: dict[str, Stored] = {}
        for _ in range(count):
            _add(infos, reader.text(), reader.tensor)
        start = _aligned(file.tell(), fields.get(_ALIGNMENT, 32))
    tensors = {
        name: Stored(info.shape, info.kind, start + info.offset) for name, info in infos.items()
    }
    return File(path, size, fields, tensors)


def _add(found: dict[str, Any], name: str, read: Any) -> None:
    if name in found:
        raise ValueError(f"{told(name)} is there twice")
    found[name] = read()


def _aligned(position: int, alignment: Any) -> int:
    if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20:
        raise ValueError(f"its alignment is {told(alignment)}")
    return position + -position % alignment


class _Reader:
    """Takes values off the file, in order."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def take(self, count: int) -> bytes:
        """The next bytes. Raises `ValueError` if the file has not as many."""
        if count > self._left:
            raise ValueError("it ends too early")
        self._left -= count
        data = self._file.read(count)
        if len(data) != count:
            raise ValueError("it ends too early")
        return data

    def number(self, kind: str) -> Any:
        """One scalar."""
        dtype = np.dtype(kind)
        return np.frombuffer(self.take(dtype.itemsize), dtype)[0].item()

    def text(self) -> str:
        """A length and as many bytes of UTF-8."""
        (length,) = struct.unpack("<Q", self.take(8))
        return self.take(length).decode()

    def value(self, kind: int) -> Any:
        """A field's value."""
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self._array(self.number("<u4"), self.number("<u8"))
        if kind not in _SCALARS:
            raise ValueError(f"a field is of type {kind}")
        return self.number(_SCALARS[kind])

    def _array(self, kind: int, count: int) -> list[Any]:
        if count > _LONGEST:
            raise ValueError(f"a list of {count} is longer than any model's")
        if kind == _STRING:
            return [self.text() for _ in range(count)]
        if kind not in _SCALARS:
            raise ValueError(f"a list is of type {kind}")
        dtype = np.dtype(_SCALARS[kind])
        values: list[Any] = np.frombuffer(self.take(count * dtype.itemsize), dtype).tolist()
        return values

    def tensor(self) -> Stored:
        """Shape, type and place, still from where the tensors begin."""
        dimensions = self.number("<u4")
        if not 1 <= dimensions <= 4:
            raise ValueError(f"a tensor has {dimensions} dimensions")
        shape = tuple(self.number("<u8") for _ in range(dimensions))[::-1]
        if math.prod(shape) > 1 << 40 or 0 in shape:
            raise ValueError(f"a tensor has the shape {list(shape)}")
        return Stored(shape, self.number("<u4"), self.number("<u8"))
