"""A matrix of the decoder: stored as floats or as quantized blocks, used from either end."""

from __future__ import annotations

import torch
from fimble.models.packing.quantize.blocks import Quantized, pack, unpack
from torch import Tensor, nn
from torch.nn import functional


class Linear(nn.Module):
    """`x W^T + b`; the weight is a float, or packed levels once `quantize` was called.

    Attributes:
        rows: Outputs.
        columns: Inputs.
        bits: Of the stored levels; 0 for floats.
        block: Columns per scale; 0 for floats.
        accuracy_level: Of `MatMulNBits`: 4 rounds its input to 8 bits per block, which the CPU
            has fast kernels for; 0 keeps it as it is.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        super().__init__()
        self.rows, self.columns = weight.shape
        self.bits = self.block = 0
        self.accuracy_level = 4
        self.weight: Tensor
        self.bias: Tensor | None
        self.scales: Tensor
        self.zeros: Tensor | None
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def quantize(self, stored: Quantized) -> None:
        """Replaces the weight by its quantized form."""
        self.bits, self.block = stored.bits, stored.levels.shape[-1]
        self.weight = torch.from_numpy(pack(stored.levels, self.bits))
        self.register_buffer("scales", torch.from_numpy(stored.scales))
        zeros = stored.zeros
        packed = None if zeros is None else torch.from_numpy(pack(zeros, self.bits))
        self.register_buffer("zeros", packed)

    def stored_bytes(self) -> int:
        """What it takes in the package."""
        return sum(buffer.nbytes for buffer in self.buffers())

    def forward(self, x: Tensor) -> Tensor:
        """`[..., columns]` to `[..., rows]`."""
        if not self.bits:
            return functional.linear(x, self.weight, self.bias)
        if not torch.onnx.is_in_onnx_export():
            return functional.linear(x, self.dense(slice(None)), self.bias)
        product = torch.onnx.ops.symbolic(
            "com.microsoft::MatMulNBits",
            self._operands(x, self.weight),
            {
                "K": self.columns,
                "N": self.rows,
                "bits": self.bits,
                "block_size": self.block,
                "accuracy_level": self.accuracy_level,
            },
            dtype=x.dtype,
            shape=(*x.shape[:-1], self.rows),
            version=1,
        )
        return product if self.bias is None else product + self.bias

    def rows_of(self, ids: Tensor) -> Tensor:
        """The weight's rows: the embedding `[batch, new]` -> `[batch, new, columns]`."""
        if not self.bits:
            return functional.embedding(ids, self.weight)
        if not torch.onnx.is_in_onnx_export():
            return self.dense(ids.flatten()).reshape(*ids.shape, self.columns)
        data, *rest = self._operands(self.weight.flatten(1), ids)
        return torch.onnx.ops.symbolic(
            "com.microsoft::GatherBlockQuantized",
            (data, *rest),
            {
                "gather_axis": 0,
                "quantize_axis": 1,
                "block_size": self.block,
                "bits": self.bits,
            },
            dtype=self.scales.dtype,
            shape=(*ids.shape, self.columns),
            version=1,
        )

    def _operands(self, first: Tensor, second: Tensor) -> tuple[Tensor, ...]:
        zeros = () if self.zeros is None else (self.zeros,)
        return (first, second, self.scales, *zeros)

    def dense(self, rows: slice | Tensor) -> Tensor:
        """The chosen rows of the matrix that the stored values stand for."""
        return torch.from_numpy(self.stored(rows).dequantize()).to(self.scales.dtype)

    def stored(self, rows: slice | Tensor) -> Quantized:
        """What is stored of the chosen rows."""
        levels = unpack(self.weight[rows].numpy(), self.bits, self.block)
        scales, zeros = self.scales[rows].float().numpy(), None
        if self.zeros is not None:
            zeros = unpack(self.zeros[rows].numpy(), self.bits, scales.shape[-1])
        return Quantized(levels, scales, zeros, self.bits)
