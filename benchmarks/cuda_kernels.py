"""Lists the kernels compiled into ONNX Runtime's CUDA provider, from its wheel; needs no GPU.

    pip download onnxruntime-gpu==1.31.1 --no-deps
    python benchmarks/cuda_kernels.py onnxruntime_gpu-*.whl > \
        model_export/fimble_export/targets/cuda_kernels.json

A kernel is a C++ class, and the library holds the name of every class with virtual functions
(Itanium ABI, `_ZTS`). What is read from it: class -> for each template instance, the first types.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile

LIBRARY = "onnxruntime/capi/libonnxruntime_providers_cuda.so"
CLASS = re.compile(rb"N11onnxruntime(?:7contrib)?4cuda(\d+)(\w+)")
TYPES = {
    "f": "FLOAT",
    "d": "DOUBLE",
    "i": "INT32",
    "l": "INT64",
    "a": "INT8",
    "h": "UINT8",
    "b": "BOOL",
    "NS_9MLFloat16E": "FLOAT16",
    "NS_8BFloat16E": "BFLOAT16",
}
OPERATORS = {
    "Add": "Add",
    "Cast": "Cast",
    "Gather": "Gather",
    "GatherBlockQuantized": "GatherBlockQuantized",
    "Gelu": "Gelu",
    "GroupQueryAttention": "GroupQueryAttention",
    "LayerNormalization": "LayerNorm",
    "MatMul": "MatMul",
    "MatMulNBits": "MatMulNBits",
    "Mul": "Mul",
    "Range": "Range",
    "Reshape": "Reshape_1",
    "Sigmoid": "Sigmoid",
    "SimplifiedLayerNormalization": "LayerNorm",
    "Slice": "Slice",
    "Split": "Split_18",
    "Sub": "Sub",
    "Transpose": "Transpose",
    "Unsqueeze": "Unsqueeze",
}
"""ONNX operator -> the class of its newest kernel."""


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        data = wheel.read(LIBRARY)
    found: dict[str, set[str]] = {}
    for match in CLASS.finditer(data):
        length, text = int(match[1]), match[2].decode()
        found.setdefault(text[:length], set()).add(text[length:])
    kernels = {op: _types(found[name]) for op, name in OPERATORS.items() if name in found}
    print(json.dumps({"wheel": sys.argv[1].rpartition("/")[2], "kernels": kernels}, indent=1))


def _types(instances: set[str]) -> list[str]:
    """The names of template arguments; empty where the class is no template: any type."""
    names = set()
    for instance in instances:
        arguments = instance.removeprefix("I") if instance.startswith("I") else ""
        for code, name in TYPES.items():
            if arguments.startswith(code) or (len(code) > 1 and code in arguments):
                names.add(name)
    return sorted(names)


if __name__ == "__main__":
    main()
