"""The models that the check of the kernels writes are what the `onnx` package would write."""

import numpy as np
import pytest
from fimble.models.packing import one_node

onnx = pytest.importorskip("onnx", reason="needs the export extra")

pytestmark = pytest.mark.export


def test_onnx_reads_what_was_meant():
    constants = {"w": np.arange(300, dtype=np.uint8).reshape(3, 100), "s": np.float32([[0.5], [2]])}
    numbers = {"K": 300, "epsilon": 0.25, "factor": 1.0, "zero": 0, "least": -(1 << 63), "less": -1}
    data = one_node.model("Some", "fimble", ["x", "w", "s"], ["y"], numbers, constants)
    model = onnx.load_from_string(data)
    (node,) = model.graph.node
    assert (node.op_type, node.domain) == ("Some", "fimble")
    assert (list(node.input), list(node.output)) == (["x", "w", "s"], ["y"])
    assert {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} == numbers
    found = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    for name, values in constants.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype
    assert [value.name for value in model.graph.input] == ["x"]
    assert [value.name for value in model.graph.output] == ["y"]
    assert {o.domain: o.version for o in model.opset_import}[""] == 21
    assert model.ir_version == 10
