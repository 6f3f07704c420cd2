"""The causal Transformer decoder, in torch: once to compute with, once to trace.

A pre-norm decoder (Vaswani et al. 2017; Radford et al. 2019) with RMSNorm (Zhang and Sennrich
2019), rotary positions (Su et al. 2021), grouped-query attention (Ainslie et al. 2023) and
SwiGLU (Shazeer 2020): the family of Llama and Qwen2.

Every module has one set of weights and two ways to run. Eagerly it is plain torch, the
reference of `verify`. While `torch.onnx.export` traces it, attention, norms and quantized
matrices become single operators of ONNX Runtime, so the graph needs no pattern fusion.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from fimble_export.checkpoint import Checkpoint, Config
from fimble_export.quantize import int8

MAX_POSITIONS = 16_384
"""Rows of the rotary tables in the graph; more than a completion ever sees."""


@dataclass(frozen=True)
class Cache:
    """One layer's past and where to append.

    Attributes:
        key: float32 `[batch, kv_heads, capacity, head_dim]`.
        value: As `key`.
        seqlens_k: int32 `[batch]`, total length - 1.
        total: int32 scalar, total length.
    """

    key: Tensor
    value: Tensor
    seqlens_k: Tensor
    total: Tensor


class Linear(nn.Module):
    """`x W^T + b`; the weight is float32, or 8 bits in blocks once `quantize` was called."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        super().__init__()
        self.rows, self.columns = weight.shape
        self.block = 0
        self.weight: Tensor
        self.bias: Tensor | None
        self.scales: Tensor
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def quantize(self, block: int) -> None:
        """Replaces the weight by its 8-bit form."""
        self.weight, scales = int8.quantize(self.weight, block)
        self.register_buffer("scales", scales)
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        """`[..., columns]` to `[..., rows]`."""
        if not self.block:
            return functional.linear(x, self.weight, self.bias)
        if not torch.onnx.is_in_onnx_export():
            return functional.linear(x, int8.dequantize(self.weight, self.scales), self.bias)
        product = torch.onnx.ops.symbolic(
            "com.microsoft::MatMulNBits",
            (x, self.weight, self.scales),
            {
                "K": self.columns,
                "N": self.rows,
                "bits": int8.BITS,
                "block_size": self.block,
                "accuracy_level": 4,
            },
            dtype=torch.float32,
            shape=(*x.shape[:-1], self.rows),
            version=1,
        )
        return product if self.bias is None else product + self.bias

    def rows_of(self, ids: Tensor) -> Tensor:
        """The weight's rows: the embedding `[batch, new]` -> `[batch, new, columns]`."""
        if not self.block:
            return functional.embedding(ids, self.weight)
        if not torch.onnx.is_in_onnx_export():
            levels, scales = self.weight[ids], self.scales[ids]
            return ((levels.float() - int8.ZERO_POINT) * scales[..., None]).flatten(-2)
        return torch.onnx.ops.symbolic(
            "com.microsoft::GatherBlockQuantized",
            (self.weight.reshape(self.rows, self.columns), ids, self.scales),
            {"gather_axis": 0, "quantize_axis": 1, "block_size": self.block, "bits": int8.BITS},
            dtype=torch.float32,
            shape=(*ids.shape, self.columns),
            version=1,
        )


class RMSNorm(nn.Module):
    """`x / sqrt(mean(x^2) + eps) * w` (Zhang and Sennrich 2019, eq. 4)."""

    def __init__(self, weight: Tensor, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight: Tensor
        self.register_buffer("weight", weight)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        if not torch.onnx.is_in_onnx_export():
            scale = torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)
            return x * scale * self.weight
        return torch.onnx.ops.symbolic(
            "SimplifiedLayerNormalization",
            (x, self.weight),
            {"axis": -1, "epsilon": self.eps, "stash_type": 1},
            dtype=torch.float32,
            shape=x.shape,
        )


class Attention(nn.Module):
    """Grouped-query attention with rotary positions; query, key, value are one matrix."""

    def __init__(self, config: Config, qkv: Linear, output: Linear) -> None:
        super().__init__()
        self.numbers = config.architecture
        self.qkv, self.output = qkv, output

    def forward(self, x: Tensor, cache: Cache, cos: Tensor, sin: Tensor) -> tuple[Tensor, ...]:
        """`x` `[batch, new, hidden]`; returns the output and the cache's keys and values."""
        qkv = self.qkv(x)
        if torch.onnx.is_in_onnx_export():
            attended, key, value = self._traced(qkv, cache, cos, sin)
        else:
            attended, key, value = self._eager(qkv, cache, cos, sin)
        return self.output(attended), key, value

    def _traced(self, qkv: Tensor, cache: Cache, cos: Tensor, sin: Tensor) -> tuple[Tensor, ...]:
        n = self.numbers
        result = torch.onnx.ops.symbolic_multi_out(
            "com.microsoft::GroupQueryAttention",
            (
                *(qkv, None, None, cache.key, cache.value),
                *(cache.seqlens_k, cache.total, cos, sin),
            ),
            {"num_heads": n.heads, "kv_num_heads": n.kv_heads, "do_rotary": 1},
            dtypes=(torch.float32, torch.float32, torch.float32),
            shapes=((*qkv.shape[:-1], n.heads * n.head_dim), cache.key.shape, cache.value.shape),
            version=1,
        )
        return tuple(result)

    def _eager(self, qkv: Tensor, cache: Cache, cos: Tensor, sin: Tensor) -> tuple[Tensor, ...]:
        """`softmax(Q K^T / sqrt(d)) V` (Vaswani et al. 2017, eq. 1), causal."""
        n, (batch, new, _) = self.numbers, qkv.shape
        heads = qkv.reshape(batch, new, -1, n.head_dim).transpose(1, 2)
        query, key, value = torch.split(heads, [n.heads, n.kv_heads, n.kv_heads], dim=1)
        total = int(cache.total)
        positions = torch.arange(total - new, total)
        keys, values = cache.key.clone(), cache.value.clone()
        keys[:, :, positions] = rotate(key, cos[positions], sin[positions])
        values[:, :, positions] = value
        mask = torch.arange(total) <= positions[:, None]
        attended = functional.scaled_dot_product_attention(
            rotate(query, cos[positions], sin[positions]),
            keys[:, :, :total],
            values[:, :, :total],
            attn_mask=mask,
            enable_gqa=True,
        )
        return attended.transpose(1, 2).flatten(2), keys, values


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of `[..., new, head_dim]`, pairs (i, i + head_dim / 2)."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)


class Block(nn.Module):
    """`x + attention(norm(x))`, then `x + SwiGLU(norm(x))`."""

    def __init__(self, config: Config, tensors: dict[str, Tensor], layer: int) -> None:
        super().__init__()

        def take(name: str) -> Tensor:
            return tensors.pop(f"layers.{layer}.{name}")

        names = [f"attention.{name}" for name in ("query", "key", "value")]
        bias = torch.cat([take(f"{n}.bias") for n in names]) if config.qkv_bias else None
        qkv = Linear(torch.cat([take(f"{n}.weight") for n in names]), bias)
        self.attention = Attention(config, qkv, Linear(take("attention.output.weight")))
        self.attention_norm = RMSNorm(take("attention_norm.weight"), config.norm_eps)
        self.feed_forward_norm = RMSNorm(take("feed_forward_norm.weight"), config.norm_eps)
        gate, up = take("feed_forward.gate.weight"), take("feed_forward.up.weight")
        self.gate_up = Linear(torch.cat((gate, up)))
        self.down = Linear(take("feed_forward.down.weight"))

    def forward(self, x: Tensor, cache: Cache, cos: Tensor, sin: Tensor) -> tuple[Tensor, ...]:
        """`x` `[batch, new, hidden]`; returns it changed, and the cache's keys and values."""
        attended, key, value = self.attention(self.attention_norm(x), cache, cos, sin)
        x = x + attended
        gate, up = self.gate_up(self.feed_forward_norm(x)).chunk(2, dim=-1)
        return x + self.down(functional.silu(gate) * up), key, value


class Decoder(nn.Module):
    """The whole model; see the module docstring."""

    def __init__(self, config: Config, tensors: dict[str, Tensor]) -> None:
        super().__init__()
        self.config = config
        numbers = config.architecture
        self.embedding = Linear(tensors.pop("embedding.weight"))
        self.layers = nn.ModuleList(Block(config, tensors, i) for i in range(numbers.layers))
        self.norm = RMSNorm(tensors.pop("norm.weight"), config.norm_eps)
        self.head = self.embedding if config.tied else Linear(tensors.pop("head.weight"))
        cos, sin = rotary_tables(numbers.head_dim, config.rope_theta, numbers.context_length)
        self.cos: Tensor
        self.sin: Tensor
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)

    def quantize(self) -> int:
        """Quantizes every matrix to 8 bits, returns the block size."""
        linears = [module for module in self.modules() if isinstance(module, Linear)]
        block = int8.block_size(*(linear.columns for linear in linears))
        for linear in linears:
            linear.quantize(block)
        return block

    def forward(
        self,
        input_ids: Tensor,
        seqlens_k: Tensor,
        total_sequence_length: Tensor,
        logits_from: Tensor,
        past: list[Tensor],
    ) -> tuple[Tensor, ...]:
        """As the manifest's `Graph` says; `past` is key, value of layer 0, of layer 1, ..."""
        x = self.embedding.rows_of(input_ids)
        present: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            key, value = past[2 * index : 2 * index + 2]
            cache = Cache(key, value, seqlens_k, total_sequence_length)
            x, key, value = layer(x, cache, self.cos, self.sin)
            present += (key, value)
        wanted = torch.index_select(self.norm(x), 1, logits_from)
        return (self.head(wanted), *present)


def rotary_tables(head_dim: int, theta: float, positions: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines `[positions, head_dim / 2]` of `p * theta^(-2i / head_dim)`."""
    frequencies = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    count = min(positions, MAX_POSITIONS)
    angles = torch.outer(torch.arange(count, dtype=torch.float64), frequencies)
    return angles.cos().float(), angles.sin().float()


def from_checkpoint(checkpoint: Checkpoint) -> Decoder:
    """The decoder with the checkpoint's weights; takes them out of it to spare memory."""
    return Decoder(checkpoint.config, checkpoint.tensors).eval()
