"""Which token ids each slot of the model's KV cache holds. Bookkeeping only, no tensors."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

PLACES = 2
"""Slots that one key may hold (benchmarks/engine/keystrokes.py)."""


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
        """The slot that `find` names, which is the key's from now on."""
        match = self.find(ids, key)
        slot = self._slots[match.slot]
        slot.key, slot.used = key, next(self._clock)
        return match

    def find(self, ids: Sequence[int], key: str = "") -> Match:
        """The slot for `ids`: the longest common prefix where it is worth it, else the oldest.

        A key that holds `PLACES` slots gives up its own.

        The last id is never counted as cached: a pass needs at least one new token.
        """
        slots = self._slots
        lengths = [common_prefix(slot.ids, ids[:-1]) for slot in slots]
        worth = [i for i, slot in enumerate(slots) if _worth(slot, lengths[i], ids, key)]
        own = [i for i, slot in enumerate(slots) if slot.key == key and slot.ids]
        if worth:
            best = max(worth, key=lengths.__getitem__)
        else:
            free = own if len(own) >= PLACES else range(len(slots))
            best = min(free, key=lambda i: slots[i].used)
        return Match(best, lengths[best])

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


def _worth(slot: _Slot, length: int, ids: Sequence[int], key: str) -> bool:
    """Whether `length` shared ids justify losing the rest of a slot.

    A FIM token or a header does not: the rest may be another document, or the place in this
    one to which an edit goes back.
    """
    most_of_slot, most_of_prompt = 2 * length >= len(slot.ids), 2 * length >= len(ids)
    return length > 0 and (most_of_slot or (slot.key == key and most_of_prompt))


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """Length of the longest common prefix."""
    length = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        length += 1
    return length
