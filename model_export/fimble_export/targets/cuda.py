"""CUDA: everything in float16, weights in 4 bits, 8 bits or float16.

No part of Fimble has run on a GPU yet. What is checked instead: every node of the graph is an
operator that the runtime's CUDA provider lists, with the types that it lists
(docs/OperatorKernels.md of ONNX Runtime 1.31.1, the newest version published for CUDA; the CPU
package is pinned to 1.32).
"""

from __future__ import annotations

import onnx_ir as ir
import torch
from fimble.errors import ExportError

from fimble_export.targets.base import Target


def check(model: ir.Model) -> None:
    """Compares every node with the provider's list.

    Raises:
        ExportError: The provider lacks an operator, or one for its type.
    """
    for node in model.graph:
        listed = OPERATORS.get(f"{node.domain}::{node.op_type}" if node.domain else node.op_type)
        if listed is None:
            raise ExportError(f"The CUDA provider has no {node.op_type}.")
        for value in node.inputs:
            if value is not None and value.dtype is not None and value.dtype.name not in listed:
                raise ExportError(f"The CUDA provider has no {node.op_type} of {value.dtype.name}.")


OPERATORS: dict[str, frozenset[str]] = {}

TARGET = Target("cuda", torch.float16, 0, check)
