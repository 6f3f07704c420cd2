"""Graphs that somebody has tampered with end in a sentence or a result, never in a crash or a hang.

Each batch runs in a process of its own (`tests/hostile_graphs.py`). `FIMBLE_TEST_GRAPHS` says how
many graphs of each kind; `make sanitize` runs a thousand.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the export extra")

from fimble.core.text.prompt import plain
from fimble.engine import graph_check, kernels
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, ModelCorruptError
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from onnx import helper, load

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("FIMBLE_TEST_GRAPHS", "300"))
BATCHES = 2
SECONDS = 240
"""For a batch that takes a few: only a hang lasts as long."""

pytestmark = [
    pytest.mark.export,
    pytest.mark.skipif(kernels.library() is None, reason="no kernels for this system"),
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Tiny ones, with our operators and with the runtime's alone. Made elsewhere: torch is large."""
    folder = tmp_path_factory.mktemp("hostile")
    code = (
        "import sys; from pathlib import Path; from tests.tiny_model import *\n"
        "folder = write_tiny_checkpoint(Path(sys.argv[1]) / 'tiny')\n"
        "for name in ('fimble', 'onnxruntime'):\n"
        "    export_tiny(folder, Path(sys.argv[1]) / name, operators=name, keep=4)\n"
    )
    plain = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "PYTHONPATH")}
    path = os.pathsep.join(str(ROOT / part) for part in (".", "server", "model_export"))
    subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env={**plain, "PYTHONPATH": path},
        check=True,
    )
    return folder


def survive(*arguments):
    """Runs a batch, the seed and the count last; the outcomes, if it came to its end.

    The address sanitizer ends a process that asks for too much memory, where it would have been
    told that there is none; then the batch goes on in another one.
    """
    *kind, seed, count = arguments
    outcomes = []
    while len(outcomes) < count:
        done = run(*kind, seed + len(outcomes), count - len(outcomes))
        lines = done.stdout.splitlines()
        outcomes += [line for line in lines if line.startswith("end ")]
        if "AddressSanitizer: allocator is out of memory" in done.stderr:
            outcomes.append("end too large for the sanitizer")
            continue
        assert done.returncode == 0, f"{lines[-1:]}: {done.returncode}\n{done.stderr[-6000:]}"
        assert len(outcomes) == count
    return outcomes


def run(*arguments):
    command = [sys.executable, "-m", "tests.hostile_graphs", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_operator_with_anything_wrong_says_so(batch):
    outcomes = survive("operators", 100_000 * batch, COUNT // BATCHES)
    refused = [outcome for outcome in outcomes if outcome != "end result"]
    assert 0 < len(refused) < len(outcomes)


@pytest.mark.parametrize("operators", ["fimble", "onnxruntime"])
def test_a_package_with_a_mutated_graph_loads_or_says_why_not(packages, operators):
    outcomes = survive("package", packages / operators, 0, COUNT // 2)
    refused = [outcome for outcome in outcomes if outcome != "end result"]
    assert 0 < len(refused) < len(outcomes)


@pytest.mark.parametrize("name", [b"total_sequence_length", b"present.1.key", b"logits"])
@pytest.mark.parametrize("other", [b"x", b"\xd3"])
def test_a_graph_without_what_is_bound_is_refused(packages, tmp_path, name, other):
    shutil.copytree(packages / "fimble", tmp_path / "package")
    path = tmp_path / "package" / "model.onnx"
    path.write_bytes(path.read_bytes().replace(name, other * len(name)))
    with pytest.raises(ModelCorruptError, match=r"has no|no text|does not load"):
        LocalGenerator.from_package(tmp_path / "package", threads=1, capacity=64, slots=1)


def test_weights_that_are_no_numbers_are_an_error_and_no_choice_of_tokens(packages, tmp_path):
    shutil.copytree(packages / "fimble", tmp_path / "package")
    model = load(tmp_path / "package" / "model.onnx", load_external_data=False)
    norm = next(t for t in model.graph.initializer if t.name == "norm.weight")
    norm.raw_data = np.full(tuple(norm.dims), np.nan, np.float32).tobytes()
    (tmp_path / "package" / "model.onnx").write_bytes(model.SerializeToString())
    generator = LocalGenerator.from_package(tmp_path / "package", threads=1, capacity=64, slots=1)
    for temperature in (0.0, 0.8):
        request = GenerationRequest("", (plain("x = "),), temperature=temperature)
        with pytest.raises(EngineError, match="no numbers"):
            generator.generate(request, CancelToken())


@pytest.mark.parametrize("operators", ["fimble", "onnxruntime"])
def test_what_the_exporter_writes_is_accepted(packages, operators):
    graph_check.check(packages / operators / "model.onnx")


def written(tmp_path, *nodes, functions=(), domains=("", "fimble", "elsewhere")):
    opsets = [helper.make_opsetid(name, 1) for name in domains]
    graph = helper.make_graph(list(nodes), "g", [], [])
    path = tmp_path / "model.onnx"
    model = helper.make_model(graph, functions=list(functions), opset_imports=opsets)
    path.write_bytes(model.SerializeToString())
    return path


INNER = helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "inner", [], [])
FUNCTION = helper.make_function("fimble", "F", ["a"], ["b"], [], [helper.make_opsetid("", 1)])
LARGEST = graph_check.LARGEST


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (helper.make_node("Loop", ["a"], ["b"], body=INNER), "loops or branches"),
        (helper.make_node("Any", ["a"], ["b"], bodies=[INNER]), "loops or branches"),
        (helper.make_node("Split", ["a"], ["b"], many=LARGEST + 1), "too large"),
        (helper.make_node("Split", ["a"], ["b"], many=2**63 - 1), "too large"),
        (helper.make_node("Split", ["a"], ["b"], many=-LARGEST - 1), "too large"),
        (helper.make_node("Pad", ["a"], ["b"], pads=[1, 2, 2**60]), "too large"),
        (helper.make_node("Split", ["a"], ["b", "c"], num_outputs=1), "counts its outputs wrongly"),
        (helper.make_node("Split", ["a"], ["b"], num_outputs=0), "counts its outputs wrongly"),
        (helper.make_node("Relu", ["a"], ["b"], domain="elsewhere"), "operators of others"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.op_type,
)
def test_a_graph_with_what_the_exporter_never_writes_is_refused(tmp_path, node, said):
    with pytest.raises(ModelCorruptError, match=said):
        graph_check.check(written(tmp_path, helper.make_node("Relu", ["a"], ["b"]), node))


def test_functions_are_refused(tmp_path):
    with pytest.raises(ModelCorruptError, match="defines functions"):
        graph_check.check(written(tmp_path, functions=[FUNCTION]))


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, 0, -1])
def test_ordinary_numbers_are_not(tmp_path, number):
    node = helper.make_node("Split", ["a"], ["b"], axis=number, list=[number, 1], num_outputs=1)
    graph_check.check(written(tmp_path, node))


def test_a_second_graph_in_the_same_file_is_looked_at_too(tmp_path):
    path = written(tmp_path, helper.make_node("Relu", ["a"], ["b"]))
    plain = path.read_bytes()
    hostile = written(tmp_path, helper.make_node("Loop", ["a"], ["b"], body=INNER)).read_bytes()
    path.write_bytes(plain + hostile)
    assert load(path).graph.node[1].op_type == "Loop"  # as protocol buffers have it
    with pytest.raises(ModelCorruptError, match="loops or branches"):
        graph_check.check(path)


def test_packed_integers_are_read_as_single_ones_are(tmp_path):
    integers = b"\x42\x0a" + b"\x80" * 9 + b"\x01"  # field 8, packed: -2^63
    attribute = b"\x0a\x01a" + integers
    node = b"\x2a" + bytes([len(attribute)]) + attribute
    graph = b"\x0a" + bytes([len(node)]) + node
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x3a" + bytes([len(graph)]) + graph)
    assert load(path).graph.node[0].attribute[0].ints[0] == -(2**63)
    with pytest.raises(ModelCorruptError, match="too large"):
        graph_check.check(path)


@pytest.mark.parametrize(
    "data", [b"\xff" * 20, b"\x3a\x05\x00", b"\x38\x01", b"\x3b", b"\x3a\xff\xff\xff\xff\x0f"]
)
def test_what_is_no_onnx_file_is_refused(tmp_path, data):
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelCorruptError, match="is not a graph"):
        graph_check.check(path)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(ModelCorruptError, match="cannot be read"):
        graph_check.check(tmp_path / "model.onnx")
