"""Drafts from what was already said: prompt lookup (Saxena 2023; Yang et al. 2023)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

_NGRAMS = (3, 2)
MAX_LENGTH = 23
TOKEN_COST = 0.05
"""What a drafted token adds to a pass, in passes of one token (benchmarks/engine/passes.py)."""


class Drafts(Protocol):
    """What the decode loop asks for guesses."""

    def begin(self, prompt: Sequence[int]) -> None:
        """Adds the prompt; what comes next is the answer."""

    def extend(self, ids: Sequence[int]) -> None:
        """Adds generated ids."""

    def draft(self, limit: int) -> list[int]:
        """Guessed ids, at most `limit`, possibly none."""

    def judge(self, drafted: int, accepted: int) -> None:
        """Learns how many of the last draft were right."""


class Drafter:
    """Guesses what comes next: what followed the last occurrence of the newest ids.

    While guesses come true it goes on where the last one ended, so that a text with many equal
    lines is copied in its order. How much it guesses follows from how often it was right: where
    it went on, and where it guessed anew, which fails far more often.
    """

    def __init__(self, source: Sequence[int] = (), guess: Sequence[int] = ()) -> None:
        """Starts without a prompt.

        Args:
            source: Ids that may be copied, besides those of `extend`.
            guess: What the answer may be.
        """
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        self._at: int | None = None
        self._goes_on = False
        self._hits = {False: 0.5, True: 0.8}
        self._ends = -1
        self.extend(source)
        self._guess = len(self._ids)
        self.extend(guess)
        self._ends = len(self._ids) if guess else -1

    def begin(self, prompt: Sequence[int]) -> None:
        """Adds the prompt; what comes next is the answer."""
        self.extend(prompt)
        if self._ends > 0:
            self._at, self._goes_on = self._guess, True

    def extend(self, ids: Sequence[int]) -> None:
        """Adds prompt or generated ids."""
        for token in ids:
            if self._at is not None:
                self._at = self._at + 1 if self._ids[self._at] == token else None
                if self._at == self._ends:
                    self._at = None  # behind the guess stands something else
            end = len(self._ids)
            for size in _NGRAMS:
                if end >= size:
                    self._after[tuple(self._ids[end - size : end])] = end
            self._ids.append(token)

    def draft(self, limit: int) -> list[int]:
        """Guessed ids, at most `limit`, possibly none."""
        at = self._look()
        if at is None:
            return []
        drafted = self._ids[at : at + min(limit, worthwhile(self._hits[self._goes_on]))]
        return drafted[: self._ends - at] if at < self._ends else drafted

    @property
    def promise(self) -> float:
        """Tokens for the cost of one pass that the next draft is likely to give; 1 without one."""
        return 1.0 if self._look() is None else gain(self._hits[self._goes_on])

    def judge(self, drafted: int, accepted: int) -> None:
        """Learns from a draft: an average over about ten tokens."""
        hits = self._hits[self._goes_on]
        for index in range(min(accepted + 1, drafted)):
            hits += 0.1 * ((index < accepted) - hits)
        self._hits[self._goes_on] = hits
        self._goes_on = drafted == accepted

    def _look(self) -> int | None:
        if self._at is None:
            self._at, self._goes_on = self._find(), False
        return self._at

    def _find(self) -> int | None:
        for size in _NGRAMS:
            at = self._after.get(tuple(self._ids[-size:]))
            if at is not None and at != self._ends:
                return at
        return None


def worthwhile(hits: float, cost: float = TOKEN_COST) -> int:
    """The draft length with the most tokens per cost, at most `MAX_LENGTH`.

    Args:
        hits: Share of drafted tokens that are right.
        cost: Of a drafted token, in passes of one token.
    """
    return max(range(1, MAX_LENGTH + 1), key=lambda length: _tokens_per_cost(length, hits, cost))


def gain(hits: float, cost: float = TOKEN_COST) -> float:
    """Tokens per cost of the best length, 1 where no draft is worth it; arguments as above."""
    return max(1.0, _tokens_per_cost(worthwhile(hits, cost), hits, cost))


def _tokens_per_cost(length: int, hits: float, cost: float) -> float:
    """A draft of k gives `(1 - p^(k + 1)) / (1 - p)` tokens, p the share of hits, for the cost
    `1 + k cost` (Leviathan et al. 2023, section 3)."""  # noqa: D205, D209
    return sum(hits**n for n in range(length + 1)) / (1 + length * cost)
