"""The decoder as an ONNX graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx_ir as ir
import torch
from fimble.engine.manifest import Graph

from fimble_export.decoder import Decoder

OPSET = 21


def trace(decoder: Decoder, path: Path) -> None:
    """Writes `path` and, beside it, `path` + ".data" with the weights.

    Args:
        decoder: Quantized or not.
        path: Where `model.onnx` goes.
    """
    numbers, names = decoder.config.architecture, Graph()
    batch, new, capacity = 2, 3, 8
    shape = (batch, numbers.kv_heads, capacity, numbers.head_dim)
    past = [torch.zeros(shape) for _ in range(2 * numbers.layers)]
    arguments = (
        torch.zeros((batch, new), dtype=torch.int64),
        torch.full((batch,), new - 1, dtype=torch.int32),
        torch.tensor(new, dtype=torch.int32),
        torch.tensor([0, 2], dtype=torch.int64),
        past,
    )
    batches = torch.export.Dim("batch")
    shapes: tuple[Any, ...] = (
        {0: batches, 1: torch.export.Dim("new")},
        {0: batches},
        {},
        {0: torch.export.Dim("wanted")},
        [{0: batches, 2: torch.export.Dim("capacity")} for _ in past],
    )
    inputs = [names.input_ids, names.seqlens_k, names.total_sequence_length, names.logits_from]
    layers = range(numbers.layers)
    inputs += [n.format(layer=i) for i in layers for n in (names.past_key, names.past_value)]
    outputs = [names.logits]
    outputs += [n.format(layer=i) for i in layers for n in (names.present_key, names.present_value)]
    with torch.no_grad():
        program = torch.onnx.export(
            decoder,
            arguments,
            dynamo=True,
            opset_version=OPSET,
            input_names=inputs,
            output_names=outputs,
            dynamic_shapes=shapes,
            verbose=False,
        )
    if program is None:
        raise AssertionError("torch.onnx.export(dynamo=True) returns a program")
    _forget_origin(program.model)
    program.save(path, external_data=True)


def _forget_origin(model: ir.Model) -> None:
    """Drops what torch notes about the source code: stack traces, with this machine's paths."""
    for node in model.graph:
        node.metadata_props.clear()
        for value in node.outputs:
            value.metadata_props.clear()
    for value in (*model.graph.inputs, *model.graph.initializers.values()):
        value.metadata_props.clear()
    model.graph.metadata_props.clear()
    model.metadata_props.clear()
