"""Arrays whose memory is used again once nobody refers to them.

The logits of a pass over a large vocabulary are more than half a megabyte. Memory of that size
comes fresh from the system each time, and to touch it first costs more than to copy into it.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_KEPT = 4
"""Of one size: the pass that runs, what is held behind prompts, and one to spare."""


class Buffers:
    """Gives out arrays; their memory comes back by itself."""

    def __init__(self) -> None:
        self._free: dict[int, list[bytearray]] = {}

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array with any content. Every view of it keeps its memory from being used again."""
        kind = np.dtype(dtype)
        size = int(np.prod(shape)) * kind.itemsize
        if size == 0:
            return np.empty(shape, kind)
        free = self._free.setdefault(size, [])
        memory = free.pop() if free else bytearray(size)
        owner: NDArray[Any] = np.frombuffer(memory, kind)  # the base of whatever is cut out of it
        weakref.finalize(owner, _give_back, free, memory).atexit = False
        return owner.reshape(shape)


def _give_back(free: list[bytearray], memory: bytearray) -> None:
    if len(free) < _KEPT:
        free.append(memory)
