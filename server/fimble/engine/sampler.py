"""From logits to a token id: greedy, temperature, top-k, top-p."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sampling:
    """How to choose the next token.

    Attributes:
        temperature: Divides the logits; 0 is greedy.
        top_k: Keep the k most likely, 0 keeps all (Fan et al. 2018).
        top_p: Keep the smallest set with at least this probability (Holtzman et al. 2020).
        seed: Of the random generator; equal seeds give equal ids.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0


def log_probability(logits: NDArray[np.float32], token: int) -> float:
    """Natural log of the probability of `token`, logits `[vocab]`."""
    top = float(logits.max())
    return float(logits[token]) - top - float(np.log(np.exp(logits - top).sum()))


class Sampler:
    """Draws token ids; holds the state of the random generator of one request."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)

    def __call__(self, logits: NDArray[np.float32]) -> int:
        """The next id for logits `[vocab]`."""
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
