"""An ONNX model of one operator, as bytes: what `kernel_check` runs.

Protocol buffers, of which this needs four kinds of field; numbers of fields as in `onnx.proto`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IR_VERSION, _OPSET = 10, 21
_FLOAT, _UINT8 = 1, 2
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT = 1, 2


def model(
    operator: str,
    domain: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    attributes: Mapping[str, int | float],
    constants: Mapping[str, NDArray[Any]],
) -> bytes:
    """The model; every input that is no constant is one of the model's, floats of any shape.

    Args:
        operator: Its name.
        domain: The operator's, "" for ONNX's own.
        inputs: Names, in order.
        outputs: As `inputs`; floats of any shape.
        attributes: Of the operator.
        constants: Name -> float32 or uint8 values.
    """
    node = [*(_text(1, name) for name in inputs), *(_text(2, name) for name in outputs)]
    node += [_text(4, operator), _text(7, domain)]
    node += [_part(5, _attribute(name, value)) for name, value in attributes.items()]
    graph = [_part(1, b"".join(node)), _text(2, "one")]
    graph += [_part(5, _tensor(name, values)) for name, values in constants.items()]
    graph += [_part(11, _value(name)) for name in inputs if name not in constants]
    graph += [_part(12, _value(name)) for name in outputs]
    domains = [("", _OPSET), ("com.microsoft", 1), ("fimble", 1)]
    opsets = [_part(8, _text(1, name) + _number(2, version)) for name, version in domains]
    return b"".join([_number(1, _IR_VERSION), _part(7, b"".join(graph)), *opsets])


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; negative numbers as their two's complement."""
    parts, value = [], value & (1 << 64) - 1
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        stored = _varint(2 << 3 | 5) + struct.pack("<f", value)
        return _text(1, name) + stored + _number(20, _ATTRIBUTE_FLOAT)
    return _text(1, name) + _number(3, value) + _number(20, _ATTRIBUTE_INT)


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    kind = _UINT8 if values.dtype == np.uint8 else _FLOAT
    sizes = b"".join(_number(1, size) for size in values.shape)
    return sizes + _number(2, kind) + _text(8, name) + _part(9, values.tobytes())


def _value(name: str) -> bytes:
    """A `ValueInfoProto`: name, and a tensor of floats."""
    return _text(1, name) + _part(2, _part(1, _number(1, _FLOAT)))
