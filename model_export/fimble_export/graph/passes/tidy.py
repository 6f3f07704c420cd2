"""After the other passes: drops what nobody reads any more, and declares our domain."""

from __future__ import annotations

import onnx_ir as ir

from fimble_export.graph.passes.own import DOMAIN


def run(model: ir.Model) -> int:
    """Drops nodes, last first, then weights; returns how many."""
    graph, kept = model.graph, set(model.graph.outputs)
    dropped = 0
    for node in reversed(list(graph)):
        if not any(value.uses() or value in kept for value in node.outputs):
            graph.remove(node, safe=True)
            dropped += 1
    for name, value in list(graph.initializers.items()):
        if not value.uses():
            del graph.initializers[name]
            dropped += 1
    if any(node.domain == DOMAIN for node in graph):
        model.opset_imports[DOMAIN] = 1
    return dropped
