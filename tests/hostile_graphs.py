"""Graphs that somebody has tampered with, and what becomes of them, each batch in a process of its own.

`python -m tests.hostile_graphs operators SEED COUNT` runs single operators of ours whose attributes,
shapes, types and values are wrong; `package FOLDER SEED COUNT` loads a model package whose graph is
mutated and completes with it. A line per case, before and after it; whoever started the process
finds in them which case it did not survive, or hung in.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, load_model, numpy_helper

INTEGERS = (
    *(-(2**63), -(2**31), -16, -1, 0, 1, 2, 3, 7, 8, 15, 16, 17, 24, 48, 64, 255, 256, 257),
    *(2**n + d for n in (15, 16, 24, 31, 32, 48, 60, 62) for d in (-1, 0, 1)),
    2**63 - 1,
)
FLOATS = (0.0, -0.0, -1.0, 1e-45, 1e30, 3.4e38, float("inf"), float("-inf"), float("nan"))
TYPES = (
    TensorProto.INT64,
    TensorProto.FLOAT16,
    TensorProto.DOUBLE,
    TensorProto.UINT8,
    TensorProto.INT32,
)


@dataclass
class Operator:
    """One node to be: its attributes and the arrays it reads, by the names of its inputs."""

    name: str
    attributes: dict[str, Any]
    arrays: dict[str, np.ndarray[Any, Any]]
    outputs: list[str]


def operators(seed: int, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Names of cases, and what runs each."""
    for number in range(seed, seed + count):
        chance = random.Random(number)
        operator = chance.choice((_product, _attention, _head))(chance)
        done = [
            mutate(operator, chance)
            for mutate in chance.choices(_MUTATIONS, k=chance.randint(1, 3))
        ]
        yield (
            f"{number} {operator.name} {'; '.join(done)}",
            lambda op=operator, c=chance: _run(op, c),
        )


def _product(chance: random.Random) -> Operator:
    columns, rows, out = 64, chance.choice((0, 1, 2, 13)), 20
    attributes = {
        "rows_out": out,
        "columns": columns,
        "bits": chance.choice((4, 8)),
        "block": 32,
        "zeros": chance.randint(0, 1),
        "gated": chance.randint(0, 1),
        "start": chance.randint(0, 2),
        "epsilon": 0.0,
        "factor": 1.0,
    }
    if not attributes["gated"]:
        attributes["epsilon"] = chance.choice((0.0, 1e-6))
    panel = 64 * (2 if attributes["zeros"] else 1) + columns * 2 * attributes["bits"]
    arrays = {"x": _floats(1, rows, columns * (1 + attributes["gated"]))}
    arrays["w"] = np.full(2 * panel, 1, np.uint8)
    if attributes["epsilon"]:
        arrays["norm"] = _floats(columns)
    if attributes["start"]:
        arrays["start"] = _floats(out) if attributes["start"] == 1 else _floats(1, rows, out)
    return Operator("QuantizedMatMul", attributes, arrays, ["y"])


def _attention(chance: random.Random) -> Operator:
    heads, kv_heads, dim, capacity = 4, 2, 16, 48
    batch, new = chance.choice((1, 2)), chance.choice((0, 1, 5, 12))
    shape = (batch, kv_heads, capacity, dim)
    past = chance.choice((0, 3, capacity - new))
    arrays = {
        "qkv": _floats(batch, new, (heads + 2 * kv_heads) * dim),
        "keys": _floats(*shape),
        "values": _floats(*shape),
        "lengths": np.full(batch, past + new - 1, np.int32),
        "cos": _floats(64, dim // 2),
        "sin": _floats(64, dim // 2),
    }
    attributes = {"heads": heads, "kv_heads": kv_heads}
    return Operator("CachedAttention", attributes, arrays, ["out", "new_keys", "new_values"])


def _head(chance: random.Random) -> Operator:
    rows, columns, block, new = 100, 64, 32, chance.choice((0, 1, 3))
    arrays = {
        "logits": _floats(1, new, rows),
        "x": _floats(1, new, columns),
        "levels": np.full((rows, columns), 130, np.uint8),
        "scales": _floats(rows, columns // block),
    }
    attributes = {"rows": rows, "columns": columns, "block": block, "keep": chance.choice((1, 8))}
    return Operator("DecideLikeliest", attributes, arrays, ["y"])


def _floats(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


def _other_attribute(operator: Operator, chance: random.Random) -> str:
    name = chance.choice(list(operator.attributes))
    old = operator.attributes[name]
    if isinstance(old, float):
        new: Any = chance.choice((*FLOATS, 3))
    elif isinstance(old, int):
        around = [old - 1, old + 1, 2 * old, old + 2**60, old + 2**62]
        integers = [number for number in (*INTEGERS, *around) if -(2**63) <= number < 2**63]
        new = chance.choice((*integers, 0.5, "text", None))
    else:
        new = None
    operator.attributes[name] = new
    return f"{name}={new}"


def _other_shape(operator: Operator, chance: random.Random) -> str:
    name = chance.choice(list(operator.arrays))
    array = operator.arrays[name]
    dims = list(array.shape)
    place = chance.randrange(len(dims) + 1)
    if place == len(dims) or not dims:
        dims = chance.choice(([1, *dims], [*dims, 1], dims[1:], dims[:-1], [], [0, 2**40, *dims]))
    else:
        size = dims[place]
        dims[place] = chance.choice((0, 1, size + 1, max(size - 1, 0), 2 * size, size + 16))
    if 0 not in dims and np.prod(dims, dtype=float) > 1e7:
        return f"{name} as it was"
    operator.arrays[name] = np.resize(array, dims) if array.size else np.zeros(dims, array.dtype)
    return f"{name}:{dims}"


def _other_type(operator: Operator, chance: random.Random) -> str:
    name = chance.choice(list(operator.arrays))
    kind = chance.choice((np.int64, np.float16, np.float64, np.uint8, np.int32, np.float32))
    with np.errstate(all="ignore"):
        operator.arrays[name] = operator.arrays[name].astype(kind)
    return f"{name}:{kind.__name__}"


def _other_values(operator: Operator, chance: random.Random) -> str:
    name = chance.choice(list(operator.arrays))
    array = operator.arrays[name].copy()
    value: Any = chance.choice(FLOATS)
    if array.dtype.kind in "iu":
        value = chance.choice(
            [i for i in INTEGERS if np.iinfo(array.dtype).min <= i <= np.iinfo(array.dtype).max]
        )
    with np.errstate(all="ignore"):
        array.reshape(-1)[chance.randrange(max(1, array.size)) :] = value
    operator.arrays[name] = array
    return f"{name}={value}"


def _fewer_inputs(operator: Operator, chance: random.Random) -> str:
    name = chance.choice(list(operator.arrays))
    del operator.arrays[name]
    if not operator.arrays:
        operator.arrays["x"] = _floats(1, 1, 64)
    return f"no {name}"


def _fewer_outputs(operator: Operator, chance: random.Random) -> str:
    place = chance.randrange(len(operator.outputs))
    if chance.random() < 0.5:
        operator.outputs[place] = ""
        return f"output {place} unnamed"
    del operator.outputs[max(1, place) :]
    return f"{len(operator.outputs)} outputs"


_MUTATIONS = (
    *(_other_attribute,) * 4,
    *(_other_shape,) * 3,
    *(_other_values,) * 2,
    _other_type,
    _fewer_inputs,
    _fewer_outputs,
)


def _run(operator: Operator, chance: random.Random) -> object:
    """Feeds some of the arrays and stores the others in the graph."""
    stated = {name: value for name, value in operator.attributes.items() if value is not None}
    node = helper.make_node(
        operator.name, list(operator.arrays), operator.outputs, domain="fimble", **stated
    )
    stored = [name for name in operator.arrays if chance.random() < 0.5]
    fed = {name: array for name, array in operator.arrays.items() if name not in stored}
    graph = helper.make_graph(
        [node],
        "one",
        [
            helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), None)
            for n, a in fed.items()
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
            for name in operator.outputs
            if name
        ],
        [numpy_helper.from_array(operator.arrays[name], name) for name in stored],
    )
    domains = [helper.make_opsetid("fimble", 1), helper.make_opsetid("", 21)]
    model = helper.make_model(graph, opset_imports=domains, ir_version=10)
    return _session(model.SerializeToString()).run(None, fed)


def _session(model: bytes) -> Any:
    from fimble.engine import kernels
    from fimble.engine.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    options.register_custom_ops_library(str(kernels.library()))
    return onnxruntime.InferenceSession(model, options)


def packages(folder: Path, seed: int, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """As `operators`, of copies of the package in `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "package"
        shutil.copytree(folder, copy)
        for number in range(seed, seed + count):
            chance = random.Random(number)
            model = load_model(folder / "model.onnx", load_external_data=False)
            if chance.random() < 0.3:
                changed, done = _damaged(model.SerializeToString(), chance)
            else:
                mutations = chance.choices(_GRAPH_MUTATIONS, k=chance.choice((1, 1, 2)))
                done = "; ".join([mutate(model, chance) for mutate in mutations])
                changed = model.SerializeToString()
            (copy / "model.onnx").write_bytes(changed)
            yield f"{number} {done}", lambda: _complete(copy)


def _complete(folder: Path) -> object:
    from fimble.core.text.prompt import plain
    from fimble.engine.cancel import CancelToken
    from fimble.generation.local import LocalGenerator
    from fimble.generation.request import GenerationRequest

    generator = LocalGenerator.from_package(folder, threads=1, capacity=64, slots=1)
    request = GenerationRequest("", (plain("def area(radius):\n    return "),), max_new_tokens=6)
    generator.generate(request, CancelToken())
    return generator.candidates(request, 2, CancelToken())


def _damaged(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    changed = bytearray(data)
    places = [chance.randrange(len(data)) for _ in range(chance.choice((1, 1, 3, 20)))]
    for place in places:
        changed[place] = chance.randrange(256)
    if chance.random() < 0.1:
        del changed[places[0] :]
    return bytes(changed), f"bytes {places[:3]}"


def _any_attribute(model: ModelProto, chance: random.Random) -> str:
    node = chance.choice([node for node in model.graph.node if node.attribute])
    attribute = chance.choice(node.attribute)
    if attribute.ints:
        attribute.ints[chance.randrange(len(attribute.ints))] = chance.choice(INTEGERS)
    elif attribute.HasField("f"):
        attribute.f = chance.choice(FLOATS)
    else:
        attribute.i = chance.choice(INTEGERS)
    return f"{node.op_type}.{attribute.name}"


def _own_attributes(model: ModelProto, chance: random.Random) -> str:
    """Of operators that are none of ONNX's: products of two that wrap around may be consistent."""
    own = [node for node in model.graph.node if node.domain in ("fimble", "com.microsoft")]
    node = chance.choice(own)
    wrap = chance.choice((2**31, 2**32, 2**59, 2**60, 2**61, 2**62))
    for attribute in chance.sample(list(node.attribute), min(2, len(node.attribute))):
        attribute.i = min(max(attribute.i + chance.choice((1, -1)) * wrap, -(2**63)), 2**63 - 1)
    return f"{node.op_type} wraps at {wrap}"


def _any_dimension(model: ModelProto, chance: random.Random) -> str:
    tensor = chance.choice([tensor for tensor in model.graph.initializer if tensor.dims])
    place = chance.randrange(len(tensor.dims))
    old = tensor.dims[place]
    tensor.dims[place] = chance.choice((*INTEGERS, old + 1, max(old - 1, 0), 2 * old))
    return f"{tensor.name}:{list(tensor.dims)}"


def _any_place(model: ModelProto, chance: random.Random) -> str:
    """Where a tensor's bytes stand."""
    tensors = [tensor for tensor in model.graph.initializer if tensor.external_data]
    tensor = chance.choice(tensors)
    entry = chance.choice(tensor.external_data)
    here = (1, 2, 3, 4096, 65537)
    names = ("../../etc/passwd", "/dev/zero", "manifest.json", "", ".", "model.onnx", "x" * 5000)
    entry.value = (
        chance.choice(names) if entry.key == "location" else str(chance.choice((*INTEGERS, *here)))
    )
    return f"{tensor.name} {entry.key}={entry.value[:40]}"


def _any_type(model: ModelProto, chance: random.Random) -> str:
    tensor = chance.choice(model.graph.initializer)
    tensor.data_type = chance.choice((*TYPES, TensorProto.STRING, TensorProto.BFLOAT16, 0, 99))
    return f"{tensor.name} of type {tensor.data_type}"


def _any_value(model: ModelProto, chance: random.Random) -> str:
    tensors = [tensor for tensor in model.graph.initializer if tensor.raw_data]
    if not tensors:
        return "nothing"
    tensor = chance.choice(tensors)
    changed = bytearray(tensor.raw_data)
    for _ in range(4):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    tensor.raw_data = bytes(changed)
    return f"values of {tensor.name}"


def _any_edge(model: ModelProto, chance: random.Random) -> str:
    node = chance.choice([node for node in model.graph.node if node.input])
    every = [name for other in model.graph.node for name in (*other.input, *other.output)]
    place = chance.randrange(len(node.input))
    node.input[place] = chance.choice((*every, "", "nowhere"))
    return f"{node.op_type} reads {node.input[place]!r} at {place}"


def _any_node(model: ModelProto, chance: random.Random) -> str:
    nodes = model.graph.node
    place = chance.randrange(len(nodes))
    node, other = nodes[place], chance.choice(nodes)
    what = chance.randrange(5)
    if what == 0:
        del nodes[place]
        return "a node less"
    if what == 1:
        nodes.add().CopyFrom(node)
        return f"{node.op_type} twice"
    if what == 2:
        node.op_type, node.domain = other.op_type, other.domain
        return f"{other.op_type} with another's inputs"
    if what == 3:
        del (node.input if chance.random() < 0.7 else node.output)[-1]
        return f"{node.op_type} with less"
    _wrap(nodes, place)
    return "a loop around a node"


def _wrap(nodes: Any, place: int) -> None:
    """The node's input becomes its own output."""
    node: NodeProto = nodes[place]
    if node.input and node.output:
        node.input[0] = node.output[0]


def _any_declaration(model: ModelProto, chance: random.Random) -> str:
    graph = model.graph
    value = chance.choice([*graph.input, *graph.output, *graph.value_info])
    kind = value.type.tensor_type
    if chance.random() < 0.3 or not kind.shape.dim:
        kind.elem_type = chance.choice((*TYPES, TensorProto.FLOAT))
        return f"{value.name} declared as {kind.elem_type}"
    dim = chance.choice(kind.shape.dim)
    dim.dim_value = chance.choice(INTEGERS)
    return f"{value.name} declared with {dim.dim_value}"


def _any_version(model: ModelProto, chance: random.Random) -> str:
    opset = chance.choice(model.opset_import)
    opset.version = chance.choice((*INTEGERS, 5, 13))
    return f"{opset.domain!r} {opset.version}"


_GRAPH_MUTATIONS = (
    *(_any_attribute, _own_attributes, _any_dimension, _any_place, _any_edge) * 2,
    *(_any_type, _any_value, _any_node, _any_declaration, _any_version),
)


def main() -> None:
    """Runs a batch; a case that ends in anything but a result or a sentence ends the process."""
    kind, *rest = sys.argv[1:]
    if kind == "operators":
        cases = operators(*map(int, rest))
    else:
        cases = packages(Path(rest[0]), int(rest[1]), int(rest[2]))
    for name, run in cases:
        print("begin", name, flush=True)
        print("end", _outcome(kind, run), flush=True)


def _outcome(kind: str, run: Callable[[], object]) -> str:
    from fimble.engine.runtime import onnxruntime
    from fimble.errors import FimbleError

    sentences: tuple[type[Exception], ...] = (FimbleError,)
    if kind == "operators":
        known = (
            "Fail",
            "InvalidArgument",
            "InvalidGraph",
            "RuntimeException",
            "NotImplemented",
            "InvalidProtobuf",
        )
        sentences = tuple(
            getattr(onnxruntime.capi.onnxruntime_pybind11_state, name) for name in known
        )
    try:
        run()
    except sentences as error:
        return f"{type(error).__name__}: {str(error)[:300]!r}"
    except checker.ValidationError as error:
        return f"ValidationError: {error}"
    return "result"


if __name__ == "__main__":
    main()
