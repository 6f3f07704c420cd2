"""Models of one operator, with all that the `onnx` package can say of them, and their runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from fimble.models.packing import kernel_check
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper


def product(packed: NDArray[np.uint8], **attributes: Any) -> ModelProto:
    """A `QuantizedMatMul`, input `x`; what is not said is as in the simplest case."""
    graph = ModelProto()
    graph.ParseFromString(kernel_check.product(packed, **attributes))
    return graph


def model(node: Any, constants: list[TensorProto]) -> ModelProto:
    """One node: every input that is no constant is an input of the model, floats of any shape."""
    known = {constant.name for constant in constants}
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in node.input
        if name not in known
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in node.output]
    graph = helper.make_graph([node], "one", inputs, outputs, constants)
    domains = [helper.make_opsetid(name, 1) for name in ("fimble", "com.microsoft")]
    domains.append(helper.make_opsetid("", 21))
    return helper.make_model(graph, opset_imports=domains, ir_version=10)


def run(graph: ModelProto, **inputs: NDArray[Any]) -> Any:
    """The first output."""
    return kernel_check.run(graph.SerializeToString(), **inputs)
