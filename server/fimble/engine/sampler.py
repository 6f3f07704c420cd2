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
        avoid: Bytes that the answer must not begin with; it leaves them at the last token that
            spells a part of them. Goes on from `beginning`, or is the other's beginning.
        vocabulary: Needed with `beginning` and `avoid`.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    beginning: bytes = b""
    avoid: bytes = b""
    vocabulary: Vocabulary | None = None


def log_probability(logits: NDArray[np.float32], token: int) -> float:
    """Natural log of the probability of `token`, logits `[vocab]`."""
    below = logits - logits.max()
    chosen = float(below[token])
    np.exp(below, out=below)
    return chosen - float(np.log(below.sum()))


class Sampler:
    """Draws token ids; holds the state of the random generator of one request."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._left = sampling.beginning if sampling.vocabulary else b""
        self._avoid = sampling.avoid if sampling.vocabulary else b""

    @property
    def constrained(self) -> bool:
        """Whether the beginning is not whole yet, or what is to be avoided may still come."""
        return bool(self._left or self._avoid)

    def restrict(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits `[vocab]` with those of tokens that may not come at -infinity.

        The same array where every token may: nothing is asked of the beginning any more, or no
        token can do what is.
        """
        vocabulary = self._sampling.vocabulary
        if not self.constrained or vocabulary is None:
            return logits
        restricted = logits.copy()
        if self._left:
            restricted[:] = -np.inf
            ids = vocabulary.compatible(self._left)
            restricted[ids] = logits[ids]
        if self._avoid:
            restricted[vocabulary.along(self._avoid, len(self._left))] = -np.inf
        if restricted.max() == -np.inf:
            self._left = self._avoid = b""
            return logits
        return restricted

    def __call__(self, logits: NDArray[np.float32]) -> int:
        """The next id for logits `[vocab]`, which went through `restrict`."""
        token = self._choose(logits)
        if self.constrained and self._sampling.vocabulary is not None:
            said = self._sampling.vocabulary.spelling(token)
            along = bool(said) and self._avoid.startswith(said)
            self._left, self._avoid = (
                self._left[len(said) :],
                self._avoid[len(said) :] if along else b"",
            )
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
