"""Measures what storing one matrix in few bits costs: the table of the mixed scheme.

One matrix at a time is replaced by its rounded form, everything else stays float32, and the
next-token distributions are compared with the untouched model's. The text in front of the matrix
is the same every time, so each measurement begins at its block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.quantize.blocks import block_size
from torch import Tensor

from fimble_export import quantize
from fimble_export.decoder import calibration
from fimble_export.decoder.attention import Cache
from fimble_export.decoder.build import build, uniform
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.transformer import Decoder

TOKENS = 128
"""Of the text; the last `JUDGED` positions are compared."""

JUDGED = 48


@dataclass(frozen=True)
class _Text:
    """The hidden states `[1, TOKENS, hidden]` in front of every block, and the judgement."""

    before: list[Tensor]
    cache: Cache
    reference: Tensor


def measure(
    checkpoint: Checkpoint, low: str, high: str, block: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """The table, in the JSON form of `quantize.mixed`.

    Args:
        checkpoint: The model.
        low: Scheme of few bits; a calibrated one is measured without its calibration.
        high: Scheme of many.
        block: Columns per scale, at most.
        report: Called with a line at every block.
    """
    decoder = build(checkpoint, uniform("fp32", "fp32", block), lambda _: None)
    rows: dict[str, list[float]] = {}
    with torch.no_grad():
        text = _read(decoder, calibration.sequences(checkpoint.tokenizer, 1)[:, :TOKENS])
        for index, layer in enumerate(decoder.layers):
            for name, module in layer.named_modules():
                if isinstance(module, Linear):
                    size = block_size(block, module.columns)
                    loss = _loss(decoder, index, module, low, size, text)
                    sizes = [_bytes(module, scheme, size) for scheme in (low, high)]
                    rows[f"layers.{index}.{name}"] = [float(f"{loss:.4g}"), *sizes]
            report(f"Measured layers.{index}")
    return {"low": low, "high": high, "rows": rows}


def _read(decoder: Decoder, ids: Tensor) -> _Text:
    numbers, length = decoder.config.architecture, ids.shape[1]
    empty = torch.zeros((1, numbers.kv_heads, length, numbers.head_dim))
    ends = torch.tensor([length - 1], dtype=torch.int32)
    cache = Cache(empty, empty, ends, torch.tensor(length, dtype=torch.int32))
    x, before = decoder.embed(ids, ends), []
    for layer in decoder.layers:
        before.append(x)
        x = layer(x, cache, decoder.rotary())[0]
    return _Text(before, cache, _distribution(decoder, x))


def _distribution(decoder: Decoder, x: Tensor) -> Tensor:
    """Log probabilities `[JUDGED, vocab]` after the last block."""
    logits: Tensor = decoder.head(decoder.norm(x[0, -JUDGED:]))
    return logits.log_softmax(-1)


def _loss(
    decoder: Decoder, index: int, linear: Linear, scheme: str, block: int, text: _Text
) -> float:
    """Mean KL divergence with `linear`, of block `index`, rounded."""
    exact, rounding = linear.weight, quantize.get(scheme).quantize
    if rounding is None:
        return 0.0
    linear.weight = torch.from_numpy(rounding(exact, block, None).dequantize())
    x = text.before[index]
    for layer in list(decoder.layers)[index:]:
        x = layer(x, text.cache, decoder.rotary())[0]
    linear.weight = exact
    found = _distribution(decoder, x)
    return float((text.reference.exp() * (text.reference - found)).sum(-1).mean())


def _bytes(linear: Linear, name: str, block: int) -> int:
    """What the matrix takes: packed levels, a float32 scale per block, zeros where there are."""
    scheme = quantize.get(name)
    blocks = linear.rows * (linear.columns // block)
    zeros = blocks * scheme.bits // 8 if scheme.zeros else 0
    return linear.rows * linear.columns * scheme.bits // 8 + 4 * blocks + zeros
