"""The second half of a screened head by our own operator, `fimble.DecideLikeliest`.

It takes the place of the six nodes that `decoder.head` is traced to: choosing the likeliest
tokens, fetching their rows, multiplying, and putting the results where the coarse ones stood.
"""

from __future__ import annotations

import onnx_ir as ir

from fimble_export.graph.passes.own import DOMAIN, stand_in

OPERATOR = "DecideLikeliest"
_MOST_KEPT = 256
_BITS, _LANES = 8, 16


def run(model: ir.Model) -> int:
    """Replaces the nodes, if they are there; returns how often."""
    found = [node for node in model.graph if node.op_type == "ScatterElements"]
    return sum(_replace(model.graph, node) for node in found)


def _replace(graph: ir.Graph, scatter: ir.Node) -> bool:
    coarse, (top, gather) = scatter.inputs[0], _sources(scatter)
    if coarse is None or top is None or gather is None or top.inputs[0] is not coarse:
        return False
    product = next(iter(gather.outputs[0].uses())).node
    column = product.inputs[1]
    turned = None if column is None else column.producer()
    levels, scales, keep = gather.inputs[0], gather.inputs[2], _constant(top.inputs[1])
    block = gather.attributes["block_size"].as_int()
    fits = gather.attributes["bits"].as_int() == _BITS and block % _LANES == 0
    if turned is None or levels is None or levels.shape is None or not fits or keep > _MOST_KEPT:
        return False
    rows, columns = (int(size) for size in levels.shape)  # type: ignore[arg-type]
    own = ir.node(
        OPERATOR,
        [coarse, turned.inputs[0], levels, scales],
        {"rows": rows, "columns": columns, "block": block, "keep": keep},
        domain=DOMAIN,
    )
    stand_in(graph, own, scatter.outputs)
    return True


def _sources(scatter: ir.Node) -> tuple[ir.Node | None, ir.Node | None]:
    """The `TopK` that names the places, and the `GatherBlockQuantized` that fetches their rows."""
    places = scatter.inputs[1]
    top = None if places is None else places.producer()
    if places is None or top is None or top.op_type != "TopK":
        return None, None
    fetching = (use.node for use in places.uses() if use.node.op_type == "GatherBlockQuantized")
    return top, next(fetching, None)


def _constant(value: ir.Value | None) -> int:
    known = None if value is None else value.const_value
    return _MOST_KEPT + 1 if known is None else int(known.numpy().item())
