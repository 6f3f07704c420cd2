"""Drafts from what was already said: prompt lookup (Saxena 2023; Yang et al. 2023)."""

from __future__ import annotations

from collections.abc import Sequence

_NGRAMS = (3, 2)
MAX_LENGTH = 23
TOKEN_COST = 0.05
"""What a drafted token adds to a pass, in passes of one token (benchmarks/engine/passes.py)."""


class Drafter:
    """Guesses what comes next: what followed the last occurrence of the newest ids.

    While guesses come true it goes on where the last one ended, so that a text with many equal
    lines is copied in its order. How much it guesses follows from how often it was right: where
    it went on, and where it guessed anew, which fails far more often.
    """

    def __init__(self, source: Sequence[int] = ()) -> None:
        """Starts with `source`: ids that may be copied, besides those of `extend`."""
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        self._at: int | None = None
        self._goes_on = False
        self._hits = {False: 0.5, True: 0.8}
        self.extend(source)

    def extend(self, ids: Sequence[int]) -> None:
        """Adds prompt or generated ids."""
        for token in ids:
            if self._at is not None:
                self._at = self._at + 1 if self._ids[self._at] == token else None
            end = len(self._ids)
            for size in _NGRAMS:
                if end >= size:
                    self._after[tuple(self._ids[end - size : end])] = end
            self._ids.append(token)

    def draft(self, limit: int) -> list[int]:
        """Guessed ids, at most `limit`, possibly none."""
        if self._at is None:
            self._at, self._goes_on = self._find(), False
        if self._at is None:
            return []
        length = min(limit, worthwhile(self._hits[self._goes_on]))
        return self._ids[self._at : self._at + length]

    def judge(self, drafted: int, accepted: int) -> None:
        """Learns from a draft: an average over about ten tokens."""
        hits = self._hits[self._goes_on]
        for index in range(min(accepted + 1, drafted)):
            hits += 0.1 * ((index < accepted) - hits)
        self._hits[self._goes_on] = hits
        self._goes_on = drafted == accepted

    def _find(self) -> int | None:
        for size in _NGRAMS:
            at = self._after.get(tuple(self._ids[-size:]))
            if at is not None:
                return at
        return None


def worthwhile(hits: float) -> int:
    """The draft length with the most tokens per cost, at most `MAX_LENGTH`.

    A draft of k gives `(1 - p^(k + 1)) / (1 - p)` tokens, p the share of hits, for the cost
    `1 + k TOKEN_COST` (Leviathan et al. 2023, section 3).
    """

    def gain(length: int) -> float:
        tokens = sum(hits**n for n in range(length + 1))
        return tokens / (1 + length * TOKEN_COST)

    return max(range(1, MAX_LENGTH + 1), key=gain)
