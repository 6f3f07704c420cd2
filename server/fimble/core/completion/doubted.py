"""A text that the gate withheld: what is left of it may be likely once its beginning is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class Doubted:
    """See the module. A greedy model goes on as it did, and as surely, behind its own words.

    Attributes:
        text: What was withheld.
        ends: Where in the text each token ends, in code points.
        logprobs: Natural log probability of each token.
    """

    text: str
    ends: tuple[int, ...]
    logprobs: tuple[float, ...]

    def left(self, typed: int) -> tuple[float, ...]:
        """The log probabilities of the tokens that `typed` characters do not hold whole."""
        known = zip(self.ends, self.logprobs, strict=True)
        return tuple(logprob for end, logprob in known if end > typed)


def doubted(
    text: str, said: str, cut: int, pieces: Sequence[str], logprobs: Sequence[float]
) -> Doubted | None:
    """A withheld text, token by token; None where filters left no part of the answer as it was.

    Args:
        text: What was withheld.
        said: The answer, as it continues the document.
        cut: How many characters of the tokens' text it lacks at its beginning; below 0: it has
            more.
        pieces: What each token added.
        logprobs: Natural log probability of each.
    """
    start = said.find(text)
    if start < 0 or len(pieces) != len(logprobs):
        return None
    ends = tuple(end - cut - start for end in accumulate(map(len, pieces)))
    return Doubted(text, ends, tuple(logprobs))
