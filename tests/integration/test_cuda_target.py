"""The CUDA target without a GPU: by structure, and in float16 on the CPU."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from fimble.engine import manifest as manifests
from fimble.errors import ExportError
from fimble_export.graph.targets import cuda
from onnx import TensorProto, helper

from tests.integration.test_export import IDS, graph_logits, torch_logits
from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_checkpoint(tmp_path_factory.mktemp("cuda") / "tiny")


def test_the_float16_graph_agrees_with_torch_in_float32(tiny):
    package = export_tiny(tiny, scheme="fp16", target="cuda")
    expected = torch_logits(tiny)
    assert float(np.abs(graph_logits(package) - expected).max()) <= 5e-2
    assert len(expected) == len(IDS)


@pytest.mark.parametrize("scheme", ["fp16", "int4-kquant"])
def test_everything_that_is_a_float_is_float16(tiny, tmp_path, scheme):
    package = export_tiny(tiny, tmp_path / "p", scheme=scheme, target="cuda")
    graph = onnx.load(package / "model.onnx", load_external_data=False).graph
    floats = {TensorProto.FLOAT, TensorProto.FLOAT16}
    values = [*graph.input, *graph.output, *graph.value_info]
    types = {v.type.tensor_type.elem_type for v in values} & floats
    assert types == {TensorProto.FLOAT16}
    assert {w.data_type for w in graph.initializer} & floats == {TensorProto.FLOAT16}
    said = manifests.load(package)
    assert (said.target, said.graph.kv_dtype, said.graph.logits_dtype) == (
        "cuda",
        "float16",
        "float16",
    )
    assert said.scheme.accuracy_level == 0


def graph_of(operator, kind):
    value = helper.make_tensor_value_info("x", kind, [2])
    result = helper.make_tensor_value_info("y", kind, [2])
    node = helper.make_node(operator, ["x"], ["y"])
    model = helper.make_model(helper.make_graph([node], "g", [value], [result]))
    return ir.from_proto(model)


def test_a_graph_the_provider_can_run_passes():
    cuda.check(graph_of("Sigmoid", TensorProto.FLOAT16))


@pytest.mark.parametrize(
    ("operator", "kind", "sentence"),
    [
        ("Sigmoid", TensorProto.FLOAT, "no Sigmoid of FLOAT"),
        ("Erf", TensorProto.FLOAT16, "no kernel for Erf"),
    ],
)
def test_a_graph_the_provider_cannot_run_is_refused(operator, kind, sentence):
    with pytest.raises(ExportError, match=sentence):
        cuda.check(graph_of(operator, kind))
