"""Weight quantization: what `models.packing` does without torch, and what a calibration adds.

A scheme turns one float32 matrix into blocks of small integers (`Quantized`). Which scheme each
matrix of a model gets is the recipe's choice.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

from fimble.models.packing import matrix
from fimble.models.packing import quantize as plain
from fimble.models.packing.quantize import kquant
from fimble.models.packing.quantize.blocks import Quantized
from torch import Tensor

from fimble_export.quantize import gptq


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


def threads() -> ThreadPoolExecutor:
    """Threads to quantize on."""
    return ThreadPoolExecutor(os.cpu_count() or 1)


def _rounded(scheme: plain.Scheme, weight: Tensor, block: int, inputs: Tensor | None) -> Quantized:
    """By a scheme that needs no calibration."""
    del inputs
    with threads() as pool:
        return matrix.quantize(matrix.of_array(weight.numpy()), scheme, block, pool)


def _weighed(weight: Tensor, block: int, inputs: Tensor | None) -> Quantized:
    """By the k-quant search, errors weighed by the mean square of the inputs."""
    seen = None if inputs is None else inputs.numpy()
    search = partial(kquant.quantize, inputs=seen)
    return _rounded(plain.Scheme("", kquant.BITS, search, zeros=True), weight, block, None)


SCHEMES = (
    Scheme("fp32", 32, None),
    Scheme("fp16", 16, None),
    *(Scheme(s.name, s.bits, partial(_rounded, s), zeros=s.zeros) for s in plain.SCHEMES),
    Scheme("int4-imatrix", kquant.BITS, _weighed, inputs="squares", zeros=True),
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
