"""The decoder's two normalizations."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


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
            scale = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + self.eps)
            return (x * scale).to(x.dtype) * self.weight
        return torch.onnx.ops.symbolic(
            "SimplifiedLayerNormalization",
            (x, self.weight),
            {"axis": -1, "epsilon": self.eps, "stash_type": 1},
            dtype=x.dtype,
            shape=x.shape,
        )


class LayerNorm(nn.Module):
    """`(x - mean) / sqrt(var + eps) * w + b` (Ba, Kiros and Hinton 2016)."""

    def __init__(self, weight: Tensor, bias: Tensor, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight: Tensor
        self.bias: Tensor
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return functional.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)
