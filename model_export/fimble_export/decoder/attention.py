"""Grouped-query attention: one operator of ONNX Runtime, or plain torch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from fimble.engine.manifest import Architecture
from torch import Tensor, nn
from torch.nn import functional

from fimble_export.decoder.linear import Linear
from fimble_export.decoder.norm import RMSNorm


@dataclass(frozen=True)
class Cache:
    """One layer's past and where to append.

    Attributes:
        key: `[batch, kv_heads, capacity, head_dim]`.
        value: As `key`.
        seqlens_k: int32 `[batch]`, total length - 1.
        total: int32 scalar, total length.
    """

    key: Tensor
    value: Tensor
    seqlens_k: Tensor
    total: Tensor


Rotary = tuple[Tensor, Tensor] | None
"""Cosines and sines `[positions, head_dim / 2]`; None where positions are learned."""


class Attention(nn.Module):
    """Grouped-query attention (Ainslie et al. 2023); query, key, value are one matrix.

    Args:
        numbers: Heads and their width.
        qkv: Queries, keys and values of all heads, in this order.
        output: Back to the residual stream.
        norms: Of each query and key before it is turned (Qwen3), or None.
    """

    def __init__(
        self,
        numbers: Architecture,
        qkv: Linear,
        output: Linear,
        norms: tuple[RMSNorm, RMSNorm] | None,
    ) -> None:
        super().__init__()
        self.numbers = numbers
        self.qkv, self.output = qkv, output
        self.norms = None if norms is None else nn.ModuleList(norms)

    def forward(
        self, x: Tensor, cache: Cache, rotary: Rotary, wanted: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`x` `[batch, new, hidden]`; returns the output and the cache's keys and values.

        The output is that of the positions `wanted`, where those are given.
        """
        qkv = self.qkv(x)
        run = _traced if torch.onnx.is_in_onnx_export() else _eager
        attended, key, value = run(self.numbers, self._normed(qkv), cache, rotary)
        if wanted is not None:
            attended = torch.index_select(attended, 1, wanted)
        return self.output(attended), key, value

    def _normed(self, qkv: Tensor) -> tuple[Tensor, ...]:
        """The packed matrix as it is, or queries, keys and values with the first two normed."""
        if self.norms is None:
            return (qkv,)
        n = self.numbers
        widths = [n.heads * n.head_dim, n.kv_heads * n.head_dim, n.kv_heads * n.head_dim]
        query, key, value = torch.split(qkv, widths, dim=-1)
        by_head = (t.reshape(*t.shape[:-1], -1, n.head_dim) for t in (query, key))
        normed = [norm(t) for norm, t in zip(self.norms, by_head, strict=True)]
        return (normed[0].flatten(-2), normed[1].flatten(-2), value)


def _traced(
    n: Architecture, parts: tuple[Tensor, ...], cache: Cache, rotary: Rotary
) -> tuple[Tensor, ...]:
    query, key, value = parts if len(parts) == 3 else (parts[0], None, None)
    result = torch.onnx.ops.symbolic_multi_out(
        "com.microsoft::GroupQueryAttention",
        (
            *(query, key, value, cache.key, cache.value),
            *(cache.seqlens_k, cache.total, *(rotary or ())),
        ),
        {"num_heads": n.heads, "kv_num_heads": n.kv_heads, "do_rotary": int(rotary is not None)},
        dtypes=(query.dtype,) * 3,
        shapes=((*query.shape[:-1], n.heads * n.head_dim), cache.key.shape, cache.value.shape),
        version=1,
    )
    return tuple(result)


def _eager(
    n: Architecture, parts: tuple[Tensor, ...], cache: Cache, rotary: Rotary
) -> tuple[Tensor, ...]:
    """`softmax(Q K^T / sqrt(d)) V` (Vaswani et al. 2017, eq. 1), causal."""
    packed = torch.cat(parts, dim=-1)
    heads = packed.reshape(*packed.shape[:-1], -1, n.head_dim).transpose(1, 2)
    query, key, value = torch.split(heads, [n.heads, n.kv_heads, n.kv_heads], dim=1)
    total, new = int(cache.total), query.shape[2]
    positions = torch.arange(total - new, total)
    if rotary is not None:
        cos, sin = rotary[0][positions], rotary[1][positions]
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
    keys, values = cache.key.clone(), cache.value.clone()
    keys[:, :, positions], values[:, :, positions] = key, value
    attended = functional.scaled_dot_product_attention(
        query,
        keys[:, :, :total],
        values[:, :, :total],
        attn_mask=torch.arange(total) <= positions[:, None],
        enable_gqa=True,
    )
    return attended.transpose(1, 2).flatten(2), keys, values


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of `[..., new, head_dim]`, pairs (i, i + head_dim / 2)."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)
