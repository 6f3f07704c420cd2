"""Do Fimble's own operators work on this machine, and are they the faster ones?

Asked in a process of its own before a package relies on them: a library that this system cannot
load, or that was never run on such a processor, then costs speed and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.engine import kernels
from fimble.models.packing import one_node, panels
from fimble.system import interpreter

_SECONDS = 60
_TOLERANCE = 1e-4

_ROWS, _COLUMNS, _OUTPUTS, _BLOCK = 64, 896, 2048, 128
_ROUNDS = 7
_COMPARE = "--compare"


def why_not(*, compare: bool = False) -> str:
    """Half a sentence; empty if they work and, with `compare`, are the faster ones."""
    if kernels.library() is None:
        return "Fimble has none for this system"
    command = [*interpreter.command("-m", "fimble.models.packing.kernel_check")]
    command += [_COMPARE] if compare else []
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "they do not come to an end"
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"they end with status {done.returncode}"


def main() -> None:
    """Ends with a sentence where they should not be used."""
    check()
    if _COMPARE in sys.argv and slower():
        raise SystemExit("they are slower here")


def slower() -> bool:
    """Whether reading a prompt, a product of many rows, takes longer than with the runtime's."""
    levels = np.full((_OUTPUTS, _COLUMNS), 130, np.uint8)
    scales = np.full((_OUTPUTS, _COLUMNS // _BLOCK), 0.01, np.float32)
    numbers = {"rows_out": _OUTPUTS, "columns": _COLUMNS, "block": _BLOCK}
    own = product(panels.pack(levels, scales, None, 8), **numbers)
    stored: dict[str, NDArray[Any]] = {"w": levels.reshape(_OUTPUTS, -1, _BLOCK), "scales": scales}
    numbers = {"K": _COLUMNS, "N": _OUTPUTS, "bits": 8, "block_size": _BLOCK, "accuracy_level": 4}
    inputs = ["x", "w", "scales"]
    theirs = one_node.model("MatMulNBits", "com.microsoft", inputs, ["y"], numbers, stored)
    sessions = [_session(own), _session(theirs)]
    x = np.ones((_ROWS, _COLUMNS), np.float32)
    times: list[list[float]] = [[], []]
    for _ in range(_ROUNDS):
        for session, found in zip(sessions, times, strict=True):
            started = time.perf_counter()
            session.run(None, {"x": x})
            found.append(time.perf_counter() - started)
    return min(times[0]) > min(times[1])


def check() -> None:
    """Multiplies a small matrix and compares."""
    generator = np.random.default_rng(0)
    levels = generator.integers(0, 256, (40, 64), dtype=np.uint8)
    scales = generator.uniform(0.01, 0.02, (40, 2)).astype(np.float16)
    for rows in (1, 30):
        x = generator.integers(-127, 128, (rows, 64)).astype(np.float32)
        x[:, ::32] = 127  # so that rounding it to 8 bits changes nothing
        weights = (levels.astype(np.float32) - 128) * np.repeat(
            scales.astype(np.float32), 32, axis=1
        )
        expected = x @ weights.T
        found = run(product(panels.pack(levels, scales, None, 8), rows_out=40, columns=64), x=x)
        if not np.allclose(
            found, expected, rtol=_TOLERANCE, atol=_TOLERANCE * np.abs(expected).max()
        ):
            raise SystemExit("they compute something else here")


def product(packed: NDArray[np.uint8], **attributes: int | float) -> bytes:
    """A model of one `QuantizedMatMul`, input `x`; what is not said is as in the simplest case."""
    stated: Mapping[str, int | float] = {
        "bits": 8,
        "block": 32,
        "zeros": 0,
        "start": 0,
        "gated": 0,
        "epsilon": 0.0,
        "factor": 1.0,
    }
    numbers = {**stated, **attributes}
    return one_node.model("QuantizedMatMul", "fimble", ["x", "w"], ["y"], numbers, {"w": packed})


def run(graph: bytes, **inputs: NDArray[Any]) -> Any:
    """The first output."""
    return _session(graph).run(None, inputs)[0]


def _session(graph: bytes) -> Any:
    from fimble.engine.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.register_custom_ops_library(str(kernels.library()))
    return onnxruntime.InferenceSession(graph, options)


if __name__ == "__main__":
    main()
