"""Turns a trained torch Transformer into an optimized ONNX model package for Fimble."""
