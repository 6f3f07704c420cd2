"""From the decoder to an ONNX graph that our operators run."""
