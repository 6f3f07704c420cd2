"""Turns a trained torch Transformer into an optimized ONNX model package for Fimble."""

import fimble  # noqa: F401  # before any library that imports ONNX Runtime: no telemetry
