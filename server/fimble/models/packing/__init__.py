"""From a trained checkpoint to a model package, with numpy alone.

A template (`template.py`) holds the graph of a published model, traced beforehand by the exporter,
and says how each of its weights is made from the checkpoint's tensors. What is made here the
exporter makes by the same code: reading, quantizing, panels, tokenizer, manifest.
"""
