"""The decoder as an ONNX graph."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx_ir as ir
import torch
from fimble.engine.manifest import Graph

from fimble_export.decoder.transformer import Decoder

OPSET = 21

Pass = Callable[[ir.Model], int]
"""Changes a graph; returns in how many places."""


def trace(decoder: Decoder, path: Path, passes: Sequence[Pass] = ()) -> ir.Model:
    """Writes `path` and, beside it, `path` + ".data" with the weights; returns the graph.

    Args:
        decoder: Quantized or not, float32 or float16.
        path: Where `model.onnx` goes.
        passes: Run over the graph before it is written.
    """
    program = _program(decoder)
    for change in passes:
        change(program.model)
    _forget_origin(program.model)
    program.save(path, external_data=True)
    return program.model


def _program(decoder: Decoder) -> torch.onnx.ONNXProgram:
    numbers, names = decoder.config.architecture, Graph()
    batch, new, capacity = 2, 3, 8
    shape = (batch, numbers.kv_heads, capacity, numbers.head_dim)
    past = [torch.zeros(shape, dtype=decoder.norm.weight.dtype) for _ in range(2 * numbers.layers)]
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
    with torch.no_grad(), _quiet():
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
    return program


@contextmanager
def _quiet() -> Iterator[None]:
    """Holds back what torch's exporter says about itself and not about the model."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.filterwarnings("ignore", message=".*", module=r"torch\.onnx\..*")
            yield
    finally:
        logger.setLevel(level)


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
