"""CUDA: everything in float16, weights in 4 bits, 8 bits or float16.

It was run on a GPU by hand (docs/export.md); CI has none. What is checked everywhere: every node of
the graph is an operator that the runtime's CUDA provider has a kernel for, in the graph's type.
`cuda_kernels.json` lists the kernels, read from the library of onnxruntime-gpu 1.31.1, the
newest that is published (the CPU package is pinned to 1.32); benchmarks/cuda_kernels.py made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources

import onnx_ir as ir
import torch
from fimble.errors import ExportError

from fimble_export.graph.targets.base import Target

_FLOATS = ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE")


def check(model: ir.Model) -> None:
    """Compares every node with the provider's kernels.

    Raises:
        ExportError: It has no kernel for an operator, or none for its type.
    """
    listed = kernels()
    for node in model.graph:
        if node.op_type not in listed:
            raise ExportError(f"The CUDA provider has no kernel for {node.op_type}.")
        types = {value.dtype.name for value in node.inputs if value is not None and value.dtype}
        for name in sorted(types.intersection(_FLOATS)):
            if name != "FLOAT16" or (listed[node.op_type] and name not in listed[node.op_type]):
                raise ExportError(f"The CUDA target has no {node.op_type} of {name}.")


def kernels() -> Mapping[str, Sequence[str]]:
    """Operator -> types of its kernels; none are listed where it takes any."""
    file = resources.files("fimble_export.graph.targets").joinpath("cuda_kernels.json")
    found: Mapping[str, Sequence[str]] = json.loads(file.read_text(encoding="utf-8"))["kernels"]
    return found


TARGET = Target("cuda", torch.float16, 0, check)
