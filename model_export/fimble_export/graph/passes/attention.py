"""Attention by our own operator, `fimble.CachedAttention` (`engine/kernels/attention.c`).

Its keys are laid out for the processor, so the cache is the operator's own affair: the graph's
inputs and outputs keep their names and shapes.
"""

from __future__ import annotations

import onnx_ir as ir
from fimble.engine.kernels import PANEL

from fimble_export.graph.passes.own import DOMAIN, stand_in

OPERATOR = "CachedAttention"


def run(model: ir.Model) -> int:
    """Replaces every packed, rotary `GroupQueryAttention`; returns how many."""
    found = [node for node in model.graph if _fits(node)]
    for node in found:
        x, _, _, key, value, lengths, _, cos, sin = node.inputs
        attributes = {
            "heads": node.attributes["num_heads"].as_int(),
            "kv_heads": node.attributes["kv_num_heads"].as_int(),
        }
        own = ir.node(
            OPERATOR, [x, key, value, lengths, cos, sin], attributes, domain=DOMAIN, num_outputs=3
        )
        stand_in(model.graph, own, node.outputs)
    return len(found)


def _fits(node: ir.Node) -> bool:
    """Head sizes come in sixteens, as positions do."""
    if node.op_type != "GroupQueryAttention" or len(node.inputs) != 9:
        return False
    past = node.inputs[3]
    packed = node.inputs[1] is None and node.inputs[7] is not None
    size = past.shape[3] if past is not None and past.shape is not None else None
    return packed and isinstance(size, int) and size % PANEL == 0
