"""Drafts by a smaller model: it writes on, and the large one reads what it wrote in one pass.

How long a draft is follows from what was measured: how often the small model is right when it is
as sure as it is now, and what its pass costs beside one of the large model.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from fimble.engine.draft import MAX_LENGTH, TOKEN_COST, Drafter, gain
from fimble.engine.model import Logits
from fimble.engine.sampler import log_probability

_WORTH_READING = 1.2
"""Below, an answer of a hundred tokens does not pay for reading a prompt of 400 a second time: as
much as 17 passes of a model of three times the size."""

Ask = Callable[[Sequence[int]], Logits]
"""Ids to the small model's logits `[vocab]` behind them."""

_LEVELS = 8
"""Into so many the small model's probabilities are divided."""
_HOPE = 0.8
"""Share of right drafts that an answer begins with the expectation of."""


class Experience:
    """What is known of two models beside each other; outlives an answer.

    Attributes:
        cost: A pass of the small model, in passes of the large one.
    """

    def __init__(self) -> None:
        self._right = [(level + 0.5) / _LEVELS for level in range(_LEVELS)]
        self._usual = _HOPE
        self._seconds = {"small": 0.0, "large": 0.0}
        self.cost = 0.4

    def trust(self, probability: float) -> float:
        """How likely the large model says the same as the small one, as sure as that is."""
        return self._right[_level(probability)]

    @property
    def promise(self) -> float:
        """Tokens for the cost of one pass that drafts are likely to give, 1 if none."""
        return gain(self._usual, self.cost + TOKEN_COST)

    def begin(self) -> None:
        """Another answer begins: what failed in the last one is worth another try."""
        self._usual += 0.2 * max(0.0, _HOPE - self._usual)

    def judge(self, probabilities: Sequence[float], accepted: int) -> None:
        """Learns from a draft: an average over some thirty tokens."""
        for index, probability in enumerate(probabilities[: accepted + 1]):
            right, level = index < accepted, _level(probability)
            self._right[level] += 0.03 * (right - self._right[level])
            self._usual += 0.03 * (right - self._usual)

    def took(self, model: str, seconds: float) -> None:
        """Learns what one pass of "small" or "large" over one token takes."""
        before = self._seconds[model]
        if before:  # other work may have come between
            seconds = min(seconds, 3 * before)
        self._seconds[model] = before + 0.1 * (seconds - before) if before else seconds
        if all(self._seconds.values()):
            self.cost = self._seconds["small"] / self._seconds["large"]


class Companion:
    """Drafts for one answer: copied ones where they promise more, else the small model's.

    Args:
        ask: The small model.
        copies: What may be copied.
        experience: Is used and added to.
        capacity: Positions that the small model has.
        clock: Seconds.
    """

    def __init__(
        self,
        ask: Ask,
        copies: Drafter,
        experience: Experience,
        capacity: int,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._ask, self._copies, self._experience, self._clock = ask, copies, experience, clock
        self._capacity = capacity
        self._ids: list[int] = []
        self._probabilities: list[float] = []
        self._drafted_at = 0.0
        self._has_read = False

    def begin(self, prompt: Sequence[int]) -> None:
        """See `Drafts.begin`."""
        self._ids += prompt
        self._experience.begin()
        self._copies.begin(prompt)

    def extend(self, ids: Sequence[int]) -> None:
        """See `Drafts.extend`."""
        self._ids += ids
        self._copies.extend(ids)

    def draft(self, limit: int) -> list[int]:
        """See `Drafts.draft`."""
        self._probabilities = []
        room = min(limit, MAX_LENGTH, self._capacity - 1 - len(self._ids))
        least = max(self._copies.promise, 1.0 if self._has_read else _WORTH_READING)
        if room > 0 and self._experience.promise > least:
            drafted = self._write(room)
        else:
            drafted = self._copies.draft(limit)
        self._drafted_at = self._clock()
        return drafted

    def judge(self, drafted: int, accepted: int) -> None:
        """See `Drafts.judge`."""
        passed = (self._clock() - self._drafted_at) / (1 + drafted * TOKEN_COST)
        self._experience.took("large", passed)
        if self._probabilities:
            self._experience.judge(self._probabilities, accepted)
        else:
            self._copies.judge(drafted, accepted)

    def _write(self, limit: int) -> list[int]:
        """Writes on as long as a further token is worth more than what it costs.

        What has been decided on gives `tokens` for `cost`; a further token gives `reach`, how
        likely it is that all before it are right and it too.
        """
        drafted, tokens, cost, reach = list[int](), 1.0, 1.0, 1.0
        price = self._experience.cost + TOKEN_COST
        while len(drafted) < limit:
            token, probability = self._next(drafted)
            reach *= self._experience.trust(probability)
            drafted.append(token)
            self._probabilities.append(probability)
            tokens, cost = tokens + reach, cost + price
            if reach * cost < price * tokens:
                break
        return drafted

    def _next(self, drafted: Sequence[int]) -> tuple[int, float]:
        """The small model's choice behind what is decided and drafted, and how sure it is."""
        started = self._clock()
        logits = self._ask([*self._ids, *drafted])
        if self._has_read:  # the first time it reads the prompt
            self._experience.took("small", self._clock() - started)
        self._has_read = True
        token = int(logits.argmax())
        return token, math.exp(log_probability(logits, token))


def _level(probability: float) -> int:
    return min(_LEVELS - 1, int(probability * _LEVELS))
