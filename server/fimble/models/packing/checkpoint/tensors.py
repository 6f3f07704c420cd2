"""The weights of a checkpoint, read row by row: no more than what is asked for is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fimble.errors import CheckpointError

Floats = NDArray[np.float32]

ALL = slice(None)


@dataclass(frozen=True)
class Entry:
    """A tensor that can be read.

    Attributes:
        shape: Its shape.
        read: Reads a slice of its rows (of its numbers, if it is a vector) as a new float32 array;
            may be called from several threads at once.
    """

    shape: tuple[int, ...]
    read: Callable[[slice], Floats]


class Tensors(Mapping[str, Floats]):
    """Decoder name -> float32 array; every look-up reads anew.

    Args:
        entries: Decoder name -> how to read it.
    """

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)

    def __getitem__(self, name: str) -> Floats:
        """Reads the whole tensor; see `rows`."""
        return self.rows(name, ALL)

    def rows(self, name: str, span: slice) -> Floats:
        """Reads some rows of a tensor.

        Raises:
            KeyError: There is none of that name.
            CheckpointError: It cannot be read, or holds NaN or infinity.
        """
        try:
            values = self.entries[name].read(span)
        except (OSError, ValueError) as error:
            raise CheckpointError(
                f"The tensor {name} cannot be read: {error}.", "Download the model again."
            ) from error
        if not np.isfinite(values).all():
            raise CheckpointError(
                f"The tensor {name} holds NaN or infinity.", "Download the model again."
            )
        return values

    def __contains__(self, name: object) -> bool:  # the default would read the tensor
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape; nothing is read."""
        return self.entries[name].shape
