"""From a checkpoint to a decoder whose matrices are stored as a plan says, part by part.

One block in float32 is all that is held of the original weights at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from fimble.errors import UnsupportedModelError
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.quantize.blocks import block_size
from torch import Tensor, nn

from fimble_export import quantize
from fimble_export.checkpoint import TorchTensors
from fimble_export.decoder import calibration
from fimble_export.decoder.attention import Cache
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.transformer import Decoder
from fimble_export.quantize import Scheme

Plan = Callable[[str], tuple[Scheme, int]]
"""Name of a matrix (`embedding`, `layers.0.attention.qkv`, `head`) -> its scheme, block at most."""

Report = Callable[[str], None]

SEQUENCES = 8
"""Of the calibration text."""


@dataclass
class Quantizer:
    """Quantizes the parts of a decoder as they are read; a `decoder.transformer.Prepare`.

    Attributes:
        plan: What each matrix becomes.
        ids: Calibration text, int64 `[sequences, tokens]`; None if no scheme asks for it.
        wants: What the most curious scheme asks of the inputs.
        report: Called with a line at every part.
        dtype: Of what stays a float.
    """

    plan: Plan
    ids: Tensor | None
    wants: str
    report: Report
    dtype: torch.dtype = torch.float32
    _inputs: calibration.Inputs | None = None

    def __call__(self, decoder: Decoder, name: str, part: nn.Module) -> None:
        """Quantizes `part`."""
        found: Mapping[str, Tensor] = {}
        if self._inputs is not None and name.startswith("layers."):
            found = self._inputs.collect(part, products=self.wants == "products")
        for inner, module in part.named_modules():
            if isinstance(module, Linear):
                self._store(f"{name}.{inner}" if inner else name, module, found.get(inner))
        if self.ids is not None and name == "embedding":
            self._inputs = _start(decoder, self.ids)
        part.to(self.dtype)
        self.report(f"Stored {name}")

    def _store(self, name: str, linear: Linear, inputs: Tensor | None) -> None:
        scheme, preferred = self.plan(name)
        if scheme.quantize is None:
            return
        try:
            block = block_size(preferred, linear.columns)
        except ValueError as error:
            raise UnsupportedModelError(
                f"The matrix {name} is {linear.columns} wide, which no block divides.",
                "Use the scheme fp32 or fp16.",
            ) from error
        if inputs is not None and scheme.inputs != "products" and inputs.dim() == 2:
            inputs = inputs.diagonal()
        seen = inputs if scheme.inputs else None
        linear.quantize(scheme.quantize(linear.weight, block, seen))


def _start(decoder: Decoder, ids: Tensor) -> calibration.Inputs:
    """The calibration text in front of the first block."""
    numbers, (count, length) = decoder.config.architecture, ids.shape
    empty = torch.zeros((count, numbers.kv_heads, length, numbers.head_dim))
    ends = torch.full((count,), length - 1, dtype=torch.int32)
    cache = Cache(empty, empty, ends, torch.tensor(length, dtype=torch.int32))
    return calibration.Inputs(decoder.embed(ids, ends), cache, decoder.rotary())


def build(
    checkpoint: Checkpoint, plan: Plan, report: Report, dtype: torch.dtype = torch.float32
) -> Decoder:
    """The decoder, quantized.

    Args:
        checkpoint: Where the weights are read from.
        plan: What each matrix becomes.
        report: Called with a line at every part.
        dtype: Of what stays a float; float16 for graphs that compute in it.

    Raises:
        CheckpointError: A tensor cannot be read.
        UnsupportedModelError: A matrix has a width that no block divides.
    """
    layers = range(checkpoint.config.architecture.layers)
    wants = {plan(name)[0].inputs for name in _matrices(layers)}
    ids = None
    if wants != {""}:
        ids = calibration.sequences(checkpoint.tokenizer, SEQUENCES)
    with torch.no_grad():
        asked = "products" if "products" in wants else "squares"
        quantizer = Quantizer(plan, ids, asked, report, dtype)
        return (
            Decoder(checkpoint.config, TorchTensors(checkpoint.tensors), quantizer).eval().to(dtype)
        )


def _matrices(layers: range) -> list[str]:
    """Names of all matrices of the blocks."""
    parts = ("attention.qkv", "attention.output", "feed_forward.up", "feed_forward.down")
    return [f"layers.{layer}.{part}" for layer in layers for part in parts]


def uniform(blocks: str, ends: str, block: int) -> Plan:
    """A plan with one scheme for the blocks' matrices and one for embedding and head."""
    inside, outside = quantize.get(blocks), quantize.get(ends)
    return lambda name: (inside if name.startswith("layers.") else outside, block)
