"""Which token ids each slot of the model's KV cache holds. Bookkeeping only, no tensors."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class _Slot:
    ids: list[int] = field(default_factory=list)
    key: str = ""
    used: int = 0


@dataclass(frozen=True)
class Match:
    """A slot and how many of its positions the new ids share.

    Attributes:
        slot: The slot to run in.
        length: Leading positions that stay valid.
    """

    slot: int
    length: int


class KVCache:
    """Chooses slots by longest common prefix, frees them by least recent use.

    Invariant: `ids(slot)` are exactly the ids whose keys and values stand in the slot's first
    positions; whoever runs a pass calls `trim` before and `extend` after it, so a pass that
    fails half-way leaves only its trimmed past.
    """

    def __init__(self, slots: int) -> None:
        self._slots = [_Slot() for _ in range(slots)]
        self._clock = itertools.count(1)

    def match(self, ids: Sequence[int], key: str = "") -> Match:
        """The best slot for `ids`: longest common prefix, then its own key, then least recent.

        The last id is never counted as cached: a pass needs at least one new token.
        """
        lengths = [common_prefix(slot.ids, ids[:-1]) for slot in self._slots]
        best = max(
            range(len(self._slots)),
            key=lambda i: (
                lengths[i] if self._worth(i, lengths[i], key) else 0,
                self._slots[i].key == key,
                -self._slots[i].used,
            ),
        )
        chosen = self._slots[best]
        chosen.key, chosen.used = key, next(self._clock)
        return Match(best, lengths[best])

    def _worth(self, index: int, length: int, key: str) -> bool:
        """A few shared ids (a FIM token, a header) do not justify evicting another document."""
        slot = self._slots[index]
        return slot.key == key or 2 * length >= len(slot.ids)

    def holds(self, slot: int, ids: Sequence[int]) -> bool:
        """Whether `ids` stand in the slot's first positions."""
        return self._slots[slot].ids[: len(ids)] == list(ids)

    def trim(self, slot: int, length: int) -> None:
        """Forgets everything behind `length` positions."""
        del self._slots[slot].ids[length:]

    def extend(self, slot: int, ids: Sequence[int]) -> None:
        """Records that a pass appended `ids`."""
        self._slots[slot].ids.extend(ids)

    def clear(self) -> None:
        """Forgets all slots."""
        for slot in self._slots:
            slot.ids.clear()


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """Length of the longest common prefix."""
    length = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        length += 1
    return length
