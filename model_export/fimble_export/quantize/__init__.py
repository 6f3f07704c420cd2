"""Weight quantization, one scheme per file.

A scheme turns one float32 matrix into blocks of small integers (`blocks.Quantized`). Which
scheme each matrix of a model gets is the recipe's choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from fimble_export.quantize import gptq, int4, int8, kquant
from fimble_export.quantize.blocks import Quantized


@dataclass(frozen=True)
class Scheme:
    """A way to store a matrix.

    Attributes:
        name: As in recipes and on the command line.
        bits: Of a stored value.
        quantize: Weight, block size and what `inputs` asks for; None leaves floats of `bits` bits.
        inputs: What it wants to know of the inputs x that meet the matrix on the calibration text:
            nothing, the mean of `x^2` `[columns]`, or of `x x^T` `[columns, columns]`.
        zeros: Whether every block has a zero of its own.
    """

    name: str
    bits: int
    quantize: Callable[[Tensor, int, Tensor | None], Quantized] | None
    inputs: Literal["", "squares", "products"] = ""
    zeros: bool = False


SCHEMES = (
    Scheme("fp32", 32, None),
    Scheme("fp16", 16, None),
    Scheme("int8", int8.BITS, int8.quantize),
    Scheme("int4-rtn", int4.BITS, int4.quantize),
    Scheme("int4-kquant", kquant.BITS, kquant.quantize, zeros=True),
    Scheme("int4-imatrix", kquant.BITS, kquant.quantize, inputs="squares", zeros=True),
    Scheme("int4-gptq", gptq.BITS, gptq.quantize, inputs="products", zeros=True),
)


def get(name: str) -> Scheme:
    """The scheme called `name`.

    Raises:
        KeyError: There is none.
    """
    return next((scheme for scheme in SCHEMES if scheme.name == name), None) or _unknown(name)


def _unknown(name: str) -> Scheme:
    raise KeyError(name)
