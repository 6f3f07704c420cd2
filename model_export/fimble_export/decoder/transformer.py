"""The causal Transformer decoder, in torch: once to compute with, once to trace.

A pre-norm decoder (Vaswani et al. 2017; Radford et al. 2019) whose parts the model's row in
`families` chooses: RMSNorm or LayerNorm, rotary or learned positions, grouped-query attention,
SwiGLU (Shazeer 2020) or GELU.

Every module has one set of weights and two ways to run. Eagerly it is plain torch, the
reference of `verify`. While `torch.onnx.export` traces it, attention, norms and quantized
matrices become single operators of ONNX Runtime, so the graph needs no pattern fusion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from fimble.models.packing import families, rope
from fimble.models.packing.checkpoint import Checkpoint, Config
from torch import Tensor, nn
from torch.nn import functional

from fimble_export.checkpoint import TorchTensors
from fimble_export.decoder.attention import Attention, Cache, Rotary
from fimble_export.decoder.head import ScreenedHead
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.norm import LayerNorm, RMSNorm

Prepare = Callable[["Decoder", str, nn.Module], None]
"""Called with the decoder so far, a part's name and the part as soon as it is read: the embedding,
each block, the head if it is another matrix."""


def _keep(decoder: Decoder, name: str, part: nn.Module) -> None:
    """Leaves the part as it is."""
    del decoder, name, part


class _Reader:
    """Takes the parts of one block, or of the whole model, out of a checkpoint."""

    def __init__(self, config: Config, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
        self.config, self._tensors, self._prefix = config, tensors, prefix

    def tensor(self, name: str) -> Tensor | None:
        return self._tensors.get(self._prefix + name)

    def linear(self, *names: str) -> Linear:
        """The matrices `names`, one below the other."""
        weights = [self._tensors[f"{self._prefix}{name}.weight"] for name in names]
        found = [self.tensor(f"{name}.bias") for name in names]
        bias = None
        if any(part is not None for part in found):
            pairs = zip(found, weights, strict=True)
            bias = torch.cat([torch.zeros(len(w)) if b is None else b for b, w in pairs])
        return Linear(weights[0] if len(names) == 1 else torch.cat(weights), bias)

    def norm(self, name: str) -> RMSNorm | LayerNorm:
        weight, bias = self._tensors[f"{self._prefix}{name}.weight"], self.tensor(f"{name}.bias")
        if self.config.family.norm == "rms":
            return RMSNorm(weight, self.config.norm_eps)
        return LayerNorm(
            weight, torch.zeros_like(weight) if bias is None else bias, self.config.norm_eps
        )


class FeedForward(nn.Module):
    """`W2 (silu(W1 x) * W3 x)` (SwiGLU), or `W2 gelu(W1 x)`."""

    def __init__(self, reader: _Reader) -> None:
        super().__init__()
        self.gated = reader.config.family.gated
        self.up = reader.linear(*families.stacked(reader.config.family, "feed_forward.up"))
        self.down = reader.linear("feed_forward.down")

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        inner = self.up(x)
        if not self.gated:
            inner = functional.gelu(inner, approximate="tanh")
        else:
            gate, up = inner.chunk(2, dim=-1)
            inner = functional.silu(gate) * up
        result: Tensor = self.down(inner)
        return result


class Block(nn.Module):
    """`x + attention(norm(x))`, then `x + feed_forward(norm(x))`."""

    def __init__(self, config: Config, tensors: Mapping[str, Tensor], layer: int) -> None:
        super().__init__()
        reader = _Reader(config, tensors, f"layers.{layer}.")
        qkv = reader.linear(*families.stacked(config.family, "attention.qkv"))
        norms = None
        if config.family.query_key_norm:
            weights = (
                tensors[f"layers.{layer}.attention.{n}_norm.weight"] for n in ("query", "key")
            )
            query, key = (RMSNorm(weight, config.norm_eps) for weight in weights)
            norms = (query, key)
        output = reader.linear("attention.output")
        self.attention = Attention(config.architecture, qkv, output, norms)
        self.attention_norm = reader.norm("attention_norm")
        self.feed_forward_norm = reader.norm("feed_forward_norm")
        self.feed_forward = FeedForward(reader)

    def forward(
        self, x: Tensor, cache: Cache, rotary: Rotary, wanted: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`x` `[batch, new, hidden]`; returns it changed, and the cache's keys and values.

        Where the positions `wanted` are given only they come out: nothing else of the last
        block is needed but its keys and values.
        """
        attended, key, value = self.attention(self.attention_norm(x), cache, rotary, wanted)
        if wanted is not None:
            x = torch.index_select(x, 1, wanted)
        x = x + attended
        return x + self.feed_forward(self.feed_forward_norm(x)), key, value


class Decoder(nn.Module):
    """The whole model; see the module docstring.

    Args:
        config: Its numbers.
        tensors: Read one by one, so that no more than one part is there twice.
        prepare: May quantize each part before the next one is read.
    """

    def __init__(
        self, config: Config, tensors: Mapping[str, Tensor], prepare: Prepare = _keep
    ) -> None:
        super().__init__()
        self.config = config
        numbers, reader = config.architecture, _Reader(config, tensors)
        self._place(config, tensors)
        self.embedding = reader.linear("embedding")
        prepare(self, "embedding", self.embedding)
        self.layers = nn.ModuleList()
        for index in range(numbers.layers):
            block = Block(config, tensors, index)
            prepare(self, f"layers.{index}", block)
            self.layers.append(block)
        self.norm = reader.norm("norm")
        self.head: Linear | ScreenedHead = self.embedding
        if not config.tied:
            self.head = reader.linear("head")
            prepare(self, "head", self.head)

    def _place(self, config: Config, tensors: Mapping[str, Tensor]) -> None:
        self.cos: Tensor | None
        self.sin: Tensor | None
        numbers, cos, sin = config.architecture, None, None
        if config.rope is not None:
            turning = rope.turning(config.rope, numbers.head_dim, numbers.context_length)
            cos, sin = (torch.from_numpy(table) for table in rope.tables(turning))
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)
        self.positions = Linear(tensors["positions.weight"]) if config.rope is None else None

    def rotary(self) -> Rotary:
        """The tables, None where positions are learned."""
        return None if self.cos is None or self.sin is None else (self.cos, self.sin)

    def embed(self, input_ids: Tensor, seqlens_k: Tensor) -> Tensor:
        """int64 `[batch, new]` to `[batch, new, hidden]`; learned positions are added."""
        x = self.embedding.rows_of(input_ids)
        if self.positions is None:
            return x
        new = input_ids.shape[1]
        first = seqlens_k.long()[:, None] + 1 - new
        return x + self.positions.rows_of(first + torch.arange(new))

    def forward(
        self,
        input_ids: Tensor,
        seqlens_k: Tensor,
        total_sequence_length: Tensor,
        logits_from: Tensor,
        past: list[Tensor],
    ) -> tuple[Tensor, ...]:
        """As the manifest's `Graph` says; `past` is key, value of layer 0, of layer 1, ..."""
        x = self.embed(input_ids, seqlens_k)
        present: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            key, value = past[2 * index : 2 * index + 2]
            cache = Cache(key, value, seqlens_k, total_sequence_length)
            wanted = logits_from if index == len(self.layers) - 1 else None
            x, key, value = layer(x, cache, self.rotary(), wanted)
            present += (key, value)
        return (self.head(self.norm(x)), *present)


def from_checkpoint(checkpoint: Checkpoint, prepare: Prepare = _keep) -> Decoder:
    """The decoder with the checkpoint's weights."""
    return Decoder(checkpoint.config, TorchTensors(checkpoint.tensors), prepare).eval()
