"""What there is to say about a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import onnx_ir as ir
import torch


@dataclass(frozen=True)
class Target:
    """A kind of processor.

    Attributes:
        name: As in the manifest.
        dtype: What is computed in, and the type of the KV cache.
        accuracy_level: Of `MatMulNBits`: 4 rounds its input to 8 bits, 0 does not.
        check: Raises `ExportError` for a graph that the target cannot run.
    """

    name: Literal["cpu", "cuda"]
    dtype: torch.dtype
    accuracy_level: int
    check: Callable[[ir.Model], None]
