"""Types of GGUF tensors that few files have, dequantized by the `gguf` package.

Its reader is not used: it takes 12 seconds and half a gigabyte for the vocabulary of a file of
half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import gguf
from fimble.models.packing.checkpoint.gguf_types import TYPES, Bytes, Floats, Type

_NAMES = (
    *("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ4_NL", "IQ4_XS"),
    *("TQ1_0", "TQ2_0", "MXFP4"),
)


def types() -> Mapping[int, Type]:
    """All types that can be read, those of `fimble.models.packing` included, by ggml's numbers."""
    found = dict(TYPES)
    for name in _NAMES:
        kind = gguf.GGMLQuantizationType[name]
        values, size = gguf.GGML_QUANT_SIZES[kind]
        found[int(kind)] = Type(name, values, size, partial(_dequantize, kind))
    return found


def _dequantize(kind: Any, blocks: Bytes) -> Floats:
    values: Floats = gguf.quants.dequantize(blocks, kind)
    return values
