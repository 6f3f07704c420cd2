"""The seam under the engine: token ids in, logits out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


class Batch(Protocol):
    """Sequences with a common past that grow side by side; gone when it is forgotten."""

    def forward(self, ids: Sequence[int]) -> Logits:
        """Appends one id to each row; float32 `[rows, vocab_size]`.

        Raises:
            Terminated: `terminate` was called while it ran.
            EngineError: The runtime failed, or the rows are full.
        """


class CausalLM(Protocol):
    """A causal Transformer with a KV cache of several slots (one sequence each).

    Positions behind `past` in a slot are overwritten by the next pass: to trim the cache is to
    pass a smaller `past`.
    """

    @property
    def vocab_size(self) -> int:
        """Columns of the logits."""

    @property
    def capacity(self) -> int:
        """Positions that a slot holds."""

    @property
    def slots(self) -> int:
        """How many sequences are kept."""

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """Appends `ids` to the first `past` positions of `slot`.

        Args:
            ids: New token ids, at least one, `past + len(ids) <= capacity`.
            slot: Which sequence.
            past: Cached positions that stay valid.
            want: For how many of the last new positions logits are wanted; 0 spares the head.

        Returns:
            float32 `[want, vocab_size]`; row i belongs to new position `len(ids) - want + i`.

        Raises:
            Terminated: `terminate` was called while it ran.
            EngineError: The runtime failed.
        """

    def terminate(self) -> None:
        """Stops the running pass, from any thread; a pass that starts later is not touched."""


class ForkingLM(CausalLM, Protocol):
    """A model that also runs several sequences side by side."""

    def fork(self, slot: int, length: int, *, rows: int, room: int) -> Batch:
        """Copies the first `length` positions of `slot` to `rows` sequences with `room` more.

        Only the prompt's positions are copied, once; the slot stays as it is.
        """
