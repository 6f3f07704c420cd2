"""What a user takes, learned from what became of suggestions: a few bounded numbers.

The prior's chance is moved, on the scale of its logit, by one number for each thing that a
suggestion is: its kind, its place, its language, and both its kind and its length in that language.
An event moves each of them by a step of logistic regression that grows smaller with the events
behind it and pulls it towards zero, which is the prior.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from fimble.core.text import languages

Kind = Literal["rest", "line", "block"]
Place = Literal["code", "comment", "string"]

BOUND = 2.5
"""The most that taste moves a logit: what the prior is sure of is shown whatever was dismissed."""
_FIRST_STEP, _LEAST_STEP = 0.5, 0.06
_PULL = 0.02
MOST_CELLS = 400
"""More than the languages with a grammar make; others share theirs."""
_SHORT, _LONG = 16, 48
"""Characters."""


@dataclass(frozen=True)
class Trait:
    """What a suggestion is, in the words that taste is kept by.

    Attributes:
        language: LSP identifier.
        kind: The rest of a line, a whole line, or several.
        place: Where it stands; one that begins a comment is in one.
        chars: How long it is.
    """

    language: str
    kind: Kind
    place: Place
    chars: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The numbers that move its chance; a language without a grammar is one of the others."""
        language = self.language if languages.grammar(self.language) else "other"
        size = "short" if self.chars < _SHORT else "middle" if self.chars < _LONG else "long"
        of_language = (language, f"{language} {self.kind}", f"{language} {size}")
        return ("all", self.kind, self.place, *of_language)


@dataclass(frozen=True)
class Cell:
    """One number of a taste, and how many events are behind it."""

    shift: float = 0.0
    count: int = 0

    @property
    def step(self) -> float:
        """How far the next event moves it."""
        return max(_LEAST_STEP, _FIRST_STEP / math.sqrt(1 + self.count))


_NONE = Cell()


@dataclass(frozen=True)
class Taste:
    """The numbers by their cell; one that is not there is zero."""

    cells: Mapping[str, Cell] = field(default_factory=lambda: MappingProxyType({}))

    def shift(self, trait: Trait) -> float:
        """How far a logit is moved, `BOUND` at most."""
        return _bounded(sum(self.cells.get(cell, _NONE).shift for cell in trait.cells))

    def learned(self, trait: Trait, chance: float, kept: bool) -> Taste:
        """After one more event.

        Args:
            trait: What was shown.
            chance: The prior's, 0 to 1.
            kept: Whether it stood there later.
        """
        surprise = kept - moved(chance, self.shift(trait))
        cells = dict(self.cells)
        for name in trait.cells:
            old = cells.get(name, _NONE)
            shift = old.shift + old.step * (surprise - _PULL * old.shift)
            cells[name] = Cell(_bounded(shift), old.count + 1)
        return Taste(MappingProxyType(cells))


def restored(rows: Iterable[tuple[object, object, object]]) -> Taste:
    """A taste from its cells' names, shifts and counts; what none can hold is left out."""
    cells = {
        name: Cell(shift, count)
        for name, shift, count in rows
        if isinstance(name, str) and isinstance(shift, float) and isinstance(count, int)
        if abs(shift) <= BOUND and count >= 0  # NaN is not
    }
    return Taste(MappingProxyType(cells))


def moved(chance: float, shift: float) -> float:
    """A chance with its logit moved."""
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-(math.log(chance / (1 - chance)) + shift)))


def _bounded(shift: float) -> float:
    return min(max(shift, -BOUND), BOUND)
