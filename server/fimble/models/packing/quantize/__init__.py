"""Weight quantization without calibration, one scheme per file.

A scheme turns rows of a float32 matrix into blocks of small integers (`blocks.Quantized`). Every
result is the same on every machine: values are only added in an order that is written down here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from fimble.models.packing.quantize import int4, int8, kquant
from fimble.models.packing.quantize.blocks import Quantized


@dataclass(frozen=True)
class Scheme:
    """A way to store a matrix.

    Attributes:
        name: As in recipes.
        bits: Of a stored value.
        quantize: Float32 rows `[rows, columns]` and columns per scale, which divides `columns`.
        zeros: Whether every block has a zero of its own.
    """

    name: str
    bits: int
    quantize: Callable[[NDArray[Any], int], Quantized]
    zeros: bool = False


SCHEMES = (
    Scheme("int8", int8.BITS, int8.quantize),
    Scheme("int4-rtn", int4.BITS, int4.quantize),
    Scheme("int4-kquant", kquant.BITS, kquant.quantize, zeros=True),
)
"""Those that need nothing but the weights."""


def get(name: str) -> Scheme:
    """The scheme called `name`.

    Raises:
        KeyError: There is none.
    """
    for scheme in SCHEMES:
        if scheme.name == name:
            return scheme
    raise KeyError(name)
