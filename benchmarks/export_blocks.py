"""Which block size and accuracy level make `MatMulNBits` fastest on this machine.

    python benchmarks/export_blocks.py [--threads N] [--rounds N] [--out FIGURES.json]

The matrices of eight blocks of Qwen2.5-Coder-0.5B (more bytes than the last cache holds) with
random levels, in every form that the exporter can store: one row (a decode step) and 64 rows (a
chunk of prefill). The last form is one that it cannot: a scale for a whole row of the weights, by
`DynamicQuantizeMatMul`, which says what the processor can do. The forms run in turn; medians. No
model is needed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from fimble.engine.runtime import onnxruntime
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

MATRICES = ((1152, 896), (896, 896), (9728, 896), (896, 4864)) * 8
"""Rows and columns: query/key/value, output, gate/up, down."""


@dataclass(frozen=True)
class Form:
    """One way to store the matrices.

    Attributes:
        bits: Of a level.
        block: Columns per scale; 0: all, and the product is `DynamicQuantizeMatMul`.
        accuracy_level: See `MatMulNBits`.
        zeros: Whether blocks have a zero of their own.
    """

    bits: int
    block: int
    accuracy_level: int
    zeros: bool


FORMS = [
    Form(bits, block, level, zeros)
    for bits, zeros in ((4, False), (4, True), (8, False))
    for block, level in itertools.product((16, 32, 64, 128), (0, 4))
] + [Form(8, 0, 4, False)]
ROWS = (1, 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=psutil.cpu_count(logical=False))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    sessions = {form: load(model(form), args.threads) for form in FORMS}
    times: dict[tuple[Form, int], list[float]] = {
        (form, rows): [] for form in FORMS for rows in ROWS
    }
    for _ in range(args.rounds):
        for form, rows in times:
            times[form, rows].append(milliseconds(sessions[form], rows))
    found = [
        asdict(form)
        | {"MB": round(sum(stored_bytes(form, *shape) for shape in MATRICES) / 1e6, 1)}
        | {f"ms_{rows}_rows": round(statistics.median(times[form, rows]), 2) for rows in ROWS}
        for form in FORMS
    ]
    print("| " + " | ".join(found[0]) + " |\n" + "|---" * len(found[0]) + "|")
    for line in found:
        print("| " + " | ".join(map(str, line.values())) + " |")
    if args.out:
        args.out.write_text(json.dumps(facts(args.threads) | {"forms": found}, indent=1) + "\n")


def facts(threads: int) -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "threads": threads,
        "onnxruntime": onnxruntime.__version__,
    }


def stored_bytes(form: Form, rows: int, columns: int) -> float:
    scale = 4 + (form.bits / 8 if form.zeros else 0)
    return rows * columns * (form.bits / 8 + scale / (form.block or columns))


def model(form: Form) -> ModelProto:
    """One matrix behind the other; each reads the first columns of what the last one wrote."""
    random, nodes, stored = np.random.default_rng(0), list[NodeProto](), []
    stored.append(numpy_helper.from_array(np.array([0]), "from"))
    stored.append(numpy_helper.from_array(np.array([1]), "axis"))
    for index, (rows, columns) in enumerate(MATRICES):
        stored.append(numpy_helper.from_array(np.array([columns]), f"to{index}"))
        operands = matrix(form, rows, columns, random)
        names = [f"{name}{index}" for name in operands]
        stored += [
            numpy_helper.from_array(values, name)
            for name, values in zip(names, operands.values(), strict=True)
        ]
        cut = [f"x{index}", "from", f"to{index}", "axis"]
        nodes.append(helper.make_node("Slice", cut, [f"in{index}"]))
        nodes.append(product(form, rows, columns, [f"in{index}", *names], f"x{index + 1}"))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 896])
        for name in ("x0", f"x{len(MATRICES)}")
    ]
    graph = helper.make_graph(nodes, "matrices", ends[:1], ends[1:], stored)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def matrix(
    form: Form, rows: int, columns: int, random: np.random.Generator
) -> dict[str, np.ndarray[Any, Any]]:
    """Random levels; scales that keep the values near 1."""
    scale = 1 / (2 ** (form.bits - 1) * math.sqrt(columns / 3))
    if not form.block:
        levels = random.integers(-127, 128, (columns, rows), np.int8)
        return {"levels": levels, "scales": np.full(rows, scale, np.float32)}
    blocks = columns // form.block
    operands: dict[str, np.ndarray[Any, Any]] = {
        "levels": random.integers(0, 256, (rows, blocks, form.block * form.bits // 8), np.uint8),
        "scales": np.full((rows, blocks), scale, np.float32),
    }
    if form.zeros:
        operands["zeros"] = np.full((rows, (blocks + 1) // 2), 0x88, np.uint8)
    return operands


def product(form: Form, rows: int, columns: int, inputs: list[str], output: str) -> NodeProto:
    if not form.block:
        return helper.make_node("DynamicQuantizeMatMul", inputs, [output], domain="com.microsoft")
    return helper.make_node(
        "MatMulNBits",
        inputs,
        [output],
        domain="com.microsoft",
        K=columns,
        N=rows,
        bits=form.bits,
        block_size=form.block,
        accuracy_level=form.accuracy_level,
    )


def load(graph: ModelProto, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(graph.SerializeToString(), options)


def milliseconds(session: onnxruntime.InferenceSession, rows: int) -> float:
    """Of one pass; the fastest of three."""
    feed = {"x0": np.random.default_rng(1).normal(size=(rows, 896)).astype(np.float32)}
    times = []
    for _ in range(3):
        start = time.perf_counter()
        session.run(None, feed)
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


if __name__ == "__main__":
    main()
