"""How sure the model was. The threshold is learned: see docs/completion.md."""

from __future__ import annotations

import math

from fimble.core.completion.filters.base import Candidate, Filter, Withheld


def score(logprobs: tuple[float, ...]) -> float:
    """The geometric mean of the tokens' probabilities, 0 to 1; 1 where none is known."""
    return math.exp(sum(logprobs) / len(logprobs)) if logprobs else 1.0


def confidence(threshold: float) -> Filter:
    """A filter that withholds what the model itself holds for less likely than `threshold`."""

    def judge(candidate: Candidate) -> Candidate | Withheld:
        if score(candidate.logprobs) < threshold:
            return Withheld("not_confident")
        return candidate

    return judge
