"""Products with quantized matrices by our own operator, together with what stands around them.

`fimble.QuantizedMatMul` (`server/fimble/engine/kernels/matmul.c`) takes in what `MatMulNBits`
leaves to nodes of its own: the RMS norm or the SwiGLU gate in front, the bias or the residual
behind. Each is computed where its values are at hand anyway, so a block of the decoder is five
nodes instead of twelve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import onnx_ir as ir
from fimble.models.packing import panels
from fimble.models.packing.quantize.blocks import unpack

from fimble_export.graph.passes.own import DOMAIN, stand_in

OPERATOR = "QuantizedMatMul"
NONE, BIAS, RESIDUAL = range(3)


@dataclass(frozen=True)
class _Front:
    """What makes the product's input of `source`: a norm's weight and epsilon, a gate, nothing."""

    source: ir.Value
    norm: ir.Value | None = None
    epsilon: float = 0.0
    gated: bool = False


@dataclass(frozen=True)
class _Back:
    """What becomes of the product: `out`, with `start` (`NONE`, `BIAS`, `RESIDUAL`) added to it."""

    out: ir.Value
    added: ir.Value | None = None
    start: int = NONE


def run(model: ir.Model) -> int:
    """Replaces every `MatMulNBits` whose columns come in eights; returns how many.

    A head that is the embedding too is stored twice then: the runtime copies it as well when it
    packs it.
    """
    graph = model.graph
    found = [node for node in graph if node.op_type == "MatMulNBits" and _fits(node)]
    for node in found:
        _replace(graph, node)
    return len(found)


def _fits(node: ir.Node) -> bool:
    return _numbers(node)["K"] % 8 == 0 and _weights(node).const_value is not None


def _replace(graph: ir.Graph, node: ir.Node) -> None:
    front, back = _front(node), _back(node)
    weights, factor = _panels(graph, node)
    inputs = [front.source, weights]
    inputs += [value for value in (front.norm, back.added) if value is not None]
    numbers = _numbers(node)
    product = ir.node(
        OPERATOR,
        inputs,
        {
            "rows_out": numbers["N"],
            "columns": numbers["K"],
            "bits": numbers["bits"],
            "block": numbers["block_size"],
            "zeros": int(_zeros(node) is not None),
            "start": back.start,
            "gated": int(front.gated),
            "epsilon": front.epsilon,
            "factor": factor,
        },
        domain=DOMAIN,
    )
    stand_in(graph, product, [back.out])


def _front(node: ir.Node) -> _Front:
    """Looks for a norm or a gate that nothing but `node` reads."""
    x = _input(node, 0)
    before = x.producer()
    if before is None or len(x.uses()) != 1:
        return _Front(x)
    if before.op_type == "SimplifiedLayerNormalization":
        epsilon = before.attributes["epsilon"].as_float()
        if epsilon <= 0:  # the operator takes it for no norm
            return _Front(x)
        return _Front(_input(before, 0), norm=_input(before, 1), epsilon=epsilon)
    gate = _gate(before)
    return _Front(x) if gate is None else _Front(gate, gated=True)


def _gate(product: ir.Node) -> ir.Value | None:
    """`[x1 x2]` if the node gives `silu(x1) * x2`, as torch writes it: three nodes and a split."""
    if product.op_type != "Mul":
        return None
    silu, up = _input(product, 0), _input(product, 1)
    swish, split = silu.producer(), up.producer()
    if swish is None or split is None or (swish.op_type, split.op_type) != ("Mul", "Split"):
        return None
    gate, sigmoid = _input(swish, 0), _input(swish, 1).producer()
    parts = (gate.producer(), gate.index(), up.index(), len(split.outputs))
    if sigmoid is None or sigmoid.op_type != "Sigmoid" or sigmoid.inputs[0] is not gate:
        return None
    return _input(split, 0) if parts == (split, 0, 1, 2) else None


def _back(node: ir.Node) -> _Back:
    """Looks for one addition behind the product: of a bias, or of a residual of the same shape."""
    product = node.outputs[0]
    uses = tuple(product.uses())
    if len(uses) != 1 or uses[0].node.op_type != "Add":
        return _Back(product)
    sum_, other = uses[0].node.outputs[0], _input(uses[0].node, 1 - uses[0].idx)
    if other.const_value is None:
        return _Back(sum_, other, RESIDUAL) if other.shape == sum_.shape else _Back(product)
    is_bias = other.shape is not None and other.shape.rank() == 1
    return _Back(sum_, other, BIAS) if is_bias else _Back(product)


def _panels(graph: ir.Graph, node: ir.Node) -> tuple[ir.Value, float]:
    """The weights as an initializer of their own, and the factor of its scales."""
    weights, zeros, numbers = _weights(node), _zeros(node), _numbers(node)
    stored, rows, bits = _constant(weights), numbers["N"], numbers["bits"]
    levels = unpack(stored.numpy().reshape(rows, -1), bits, numbers["K"])
    scales = _constant(_input(node, 2)).numpy().reshape(rows, -1)
    if zeros is not None:
        zeros = unpack(zeros.numpy().reshape(rows, -1), bits, scales.shape[1])
    factor = panels.factor(scales)
    packed = panels.pack(levels, scales / factor, zeros, bits)
    name = f"{str(weights.name).removesuffix('.weight')}.panels"
    data, shape = ir.tensor(packed, name=name), ir.Shape(packed.shape)
    value = ir.Value(name=name, const_value=data, type=ir.TensorType(data.dtype), shape=shape)
    graph.register_initializer(value)
    return value, factor


def _weights(node: ir.Node) -> ir.Value:
    """The stored levels, through the `Reshape` of a matrix that serves the embedding too."""
    value = _input(node, 1)
    before = value.producer()
    if before is not None and before.op_type == "Reshape":
        value = _input(before, 0)
    return value


def _zeros(node: ir.Node) -> Any:
    value = node.inputs[3] if len(node.inputs) > 3 else None
    return None if value is None else _constant(value)


def _constant(value: ir.Value) -> ir.TensorProtocol:
    assert value.const_value is not None, value
    return value.const_value


def _numbers(node: ir.Node) -> Mapping[str, int]:
    return {name: node.attributes[name].as_int() for name in ("K", "N", "bits", "block_size")}


def _input(node: ir.Node, index: int) -> ir.Value:
    value = node.inputs[index]
    assert value is not None, (node, index)
    return value
