"""Checkpoints for torch: read by `fimble.models.packing`, and what only the exporter reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from fimble.models.packing import checkpoint as checkpoints
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.checkpoint.tensors import Tensors
from torch import Tensor


def load(source: Path, adapter: Path | None = None) -> Checkpoint:
    """Opens a `.gguf` file or a folder of Hugging Face layout; the weights are read later.

    Args:
        source: Where it is.
        adapter: A LoRA adapter (PEFT layout) to be added to the weights.

    Raises:
        CheckpointError: It is neither, it is broken, or a tensor is missing or misshapen.
        UnsupportedModelError: The architecture is not in the decoder's table.
    """
    from fimble_export.checkpoint import lora, rare

    checkpoint = checkpoints.load(source, rare.types())
    if adapter is None:
        return checkpoint
    merged, file = lora.merge(checkpoint.tensors, checkpoint.config.family, adapter)
    return replace(checkpoint, tensors=merged, files=(*checkpoint.files, file))


class TorchTensors(Mapping[str, Tensor]):
    """A checkpoint's arrays as torch tensors; every look-up reads anew.

    Args:
        tensors: The arrays.
    """

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors

    def __getitem__(self, name: str) -> Tensor:
        """Reads the tensor; see `Tensors.rows`."""
        return torch.from_numpy(self._tensors[name])

    def __contains__(self, name: object) -> bool:  # the default would read the tensor
        return name in self._tensors

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)
