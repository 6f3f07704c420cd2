"""What the passes that bring in operators of `fimble.engine.kernels` have in common."""

from __future__ import annotations

from collections.abc import Sequence

import onnx_ir as ir

DOMAIN = "fimble"
"""As `engine/kernels/library.c` registers it."""


def stand_in(graph: ir.Graph, own: ir.Node, values: Sequence[ir.Value]) -> None:
    """Lets `own` compute `values`, under their names; `tidy` drops who computed them so far."""
    before = values[0].producer()
    assert before is not None
    for old, new in zip(values, own.outputs, strict=True):
        new.name, new.type, new.shape = old.name, old.type, old.shape
    graph.insert_before(before, own)
    ir.convenience.replace_all_uses_with(values, own.outputs, replace_graph_outputs=True)
