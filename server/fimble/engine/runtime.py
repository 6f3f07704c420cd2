"""ONNX Runtime. The only file that imports it, the exporter's and the benchmarks' code included.

Importing anything of Fimble has switched its telemetry off before (`fimble/__init__.py`).
"""

import onnxruntime

__all__ = ["onnxruntime"]
