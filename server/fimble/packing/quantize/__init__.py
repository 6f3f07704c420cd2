"""Weight quantization without calibration, one scheme per file.

A scheme turns rows of a float32 matrix into blocks of small integers (`blocks.Quantized`). Every
result is the same on every machine: values are only added in an order that is written down here.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from fimble.packing.quantize import int4, int8, kquant
from fimble.packing.quantize.blocks import Quantized

Scheme = Callable[[NDArray[Any], int], Quantized]
"""Float32 rows `[rows, columns]` and columns per scale, which divides `columns`."""

SCHEMES = MappingProxyType(
    {"int8": int8.quantize, "int4-rtn": int4.quantize, "int4-kquant": kquant.quantize}
)
"""Name -> scheme; those that need nothing but the weights."""
