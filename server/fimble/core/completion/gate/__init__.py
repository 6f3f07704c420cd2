"""The gate: how likely a suggestion is wanted, by what is known before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import features, prior
from fimble.core.completion.gate.taste import Taste, Trait, moved

__all__ = ["BARS", "Gate", "Taste", "Trait", "Verdict"]

BARS: Mapping[str, float] = MappingProxyType(prior.BARS)
"""How likely a suggestion has to be, by the user's setting."""


@dataclass(frozen=True)
class Verdict:
    """What is expected of a suggestion.

    Attributes:
        chance: That it is right, 0 to 1, for all users.
        expected: The same for this one.
        trait: What it is, in the words that taste is kept by.
    """

    chance: float
    expected: float
    trait: Trait


@dataclass(frozen=True)
class Gate:
    """What decides.

    Attributes:
        bar: How likely a suggestion has to be, 0 to 1.
        taste: What was learned of this user.
    """

    bar: float = BARS["balanced"]
    taste: Taste = Taste()  # noqa: RUF009 - frozen

    def expects(
        self, context: CursorContext, text: str, logprobs: tuple[float, ...]
    ) -> Verdict | None:
        """How likely a text is wanted at a cursor; None where its probabilities are not known."""
        if not logprobs:
            return None
        trait = features.trait(context, text)
        chance = prior.chance(features.read(trait, logprobs))
        return Verdict(chance, moved(chance, self.taste.shift(trait)), trait)

    def opens(self, verdict: Verdict) -> bool:
        """Whether it is likely enough for this user.

        Taste opens nothing that the most eager setting would not show.
        """
        return verdict.chance >= min(BARS.values()) and verdict.expected >= self.bar
