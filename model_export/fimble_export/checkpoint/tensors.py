"""The weights of a checkpoint, read one by one: no more than what is asked for is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from fimble.errors import CheckpointError
from torch import Tensor


@dataclass(frozen=True)
class Entry:
    """A tensor that can be read.

    Attributes:
        shape: Its shape.
        read: Reads it, as float32.
    """

    shape: tuple[int, ...]
    read: Callable[[], Tensor]


class Tensors(Mapping[str, Tensor]):
    """Decoder name -> float32 tensor; every look-up reads anew.

    Args:
        entries: Decoder name -> how to read it.
    """

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)

    def __getitem__(self, name: str) -> Tensor:
        """Reads the tensor.

        Raises:
            KeyError: There is none of that name.
            CheckpointError: It cannot be read, or holds NaN or infinity.
        """
        tensor = self.entries[name].read()
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"The tensor {name} holds NaN or infinity.", "Download the model again."
            )
        return tensor

    def __contains__(self, name: object) -> bool:  # the default would read the tensor
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape; nothing is read."""
        return self.entries[name].shape
