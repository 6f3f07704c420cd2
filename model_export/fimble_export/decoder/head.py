"""The head in two passes: a coarse copy names the likeliest tokens, the stored rows decide.

A token of decode reads every weight once, and a quarter of them are the head's: one row per token
of the vocabulary, of which a handful matter. So the graph holds the head again in 4 bits, takes
the highest `keep` of its logits and computes those anew from the stored rows, with an input that
is not rounded. All other logits stay as the coarse copy gives them; they only matter to the sum
of the softmax. On 4,291 positions of code in nine languages the token that the whole 8-bit head of
Qwen2.5-Coder-0.5B prefers was never below rank 27 of the coarse copy (`benchmarks/export_head.py`).
"""

from __future__ import annotations

import torch
from fimble.models.packing import matrix
from fimble.models.packing.quantize import int4
from torch import Tensor, nn

from fimble_export.decoder.linear import Linear
from fimble_export.quantize import threads

_FEW = 64
"""The whole head must have this many times the rows that are kept: else a copy saves nothing."""


class ScreenedHead(nn.Module):
    """A quantized head and its coarse copy.

    Args:
        head: What decides, without bias.
        keep: How many rows it computes.
    """

    def __init__(self, head: Linear, keep: int) -> None:
        super().__init__()
        self.head, self.keep = head, keep
        self.screen = Linear(torch.empty(head.rows, head.columns, device="meta"))
        with threads() as pool:
            self.screen.quantize(matrix.screen(head.stored(slice(None)), pool))

    def forward(self, x: Tensor) -> Tensor:
        """`[batch, wanted, columns]` to logits `[batch, wanted, rows]`."""
        logits: Tensor = self.screen(x)
        ids = torch.topk(logits, self.keep, dim=-1).indices
        rows = self.head.rows_of(ids)
        return logits.scatter(-1, ids, (rows @ x[..., None])[..., 0])


def screened(head: Linear, keep: int) -> Linear | ScreenedHead:
    """`head` with a coarse copy in front of it, where that spares reading; else as it is."""
    finer = head.bits > int4.BITS and head.bias is None
    return ScreenedHead(head, keep) if keep and finer and head.rows >= _FEW * keep else head
