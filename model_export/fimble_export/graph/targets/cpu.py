"""The CPU: integer weights, float32 between them, inputs of matrices rounded to 8 bits."""

from __future__ import annotations

import onnx_ir as ir
import torch

from fimble_export.graph.targets.base import Target


def check(model: ir.Model) -> None:
    """Nothing: `verify` runs every CPU package."""
    del model


TARGET = Target("cpu", torch.float32, 4, check)
