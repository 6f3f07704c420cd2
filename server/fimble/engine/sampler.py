"""From logits to a token id: greedy, temperature, top-k, top-p."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fimble.engine.vocabulary import Vocabulary


@dataclass(frozen=True)
class Sampling:
    """How to choose the next token.

    Attributes:
        temperature: Divides the logits; 0 is greedy.
        top_k: Keep the k most likely, 0 keeps all (Fan et al. 2018).
        top_p: Keep the smallest set with at least this probability (Holtzman et al. 2020).
        seed: Of the random generator; equal seeds give equal ids.
        beginning: Bytes that the answer has to begin with; its first tokens are the most likely
            ones among those that fit.
        vocabulary: Needed with `beginning`.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    beginning: bytes = b""
    vocabulary: Vocabulary | None = None


def log_probability(logits: NDArray[np.float32], token: int) -> float:
    """Natural log of the probability of `token`, logits `[vocab]`."""
    top = float(logits.max())
    return float(logits[token]) - top - float(np.log(np.exp(logits - top).sum()))


class Sampler:
    """Draws token ids; holds the state of the random generator of one request."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._left = sampling.beginning if sampling.vocabulary else b""

    @property
    def constrained(self) -> bool:
        """Whether the beginning is not whole yet."""
        return bool(self._left)

    def restrict(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits `[vocab]` with those of tokens that do not fit the beginning at -infinity.

        The same array where every token fits: the beginning is whole, or no token can make it.
        """
        vocabulary = self._sampling.vocabulary
        if not self._left or vocabulary is None:
            return logits
        ids = vocabulary.compatible(self._left)
        if not ids.size:
            self._left = b""
            return logits
        restricted = np.full_like(logits, -np.inf)
        restricted[ids] = logits[ids]
        return restricted

    def __call__(self, logits: NDArray[np.float32]) -> int:
        """The next id for logits `[vocab]`, which went through `restrict`."""
        token = self._choose(logits)
        if self._left and self._sampling.vocabulary is not None:
            self._left = self._left[len(self._sampling.vocabulary.spelling(token)) :]
        return token

    def _choose(self, logits: NDArray[np.float32]) -> int:
        if self._sampling.temperature <= 0:
            return int(logits.argmax())
        ids, probabilities = _nucleus(logits, self._sampling)
        return int(self._random.choice(ids, p=probabilities))


def _nucleus(
    logits: NDArray[np.float32], sampling: Sampling
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    order = np.argsort(-logits, kind="stable")
    if sampling.top_k > 0:
        order = order[: sampling.top_k]
    scaled = logits[order].astype(np.float64) / sampling.temperature
    probabilities = np.exp(scaled - scaled.max())
    probabilities /= probabilities.sum()
    if sampling.top_p < 1:
        keep = int(np.searchsorted(np.cumsum(probabilities), sampling.top_p)) + 1
        order, probabilities = order[:keep], probabilities[:keep]
        probabilities /= probabilities.sum()
    return order, probabilities
