"""What a user wants, learned from what became of suggestions: a few bounded numbers.

The prior's chance is moved, on the scale of its logit, by one number for each thing that a
suggestion is: its place, and its length and kind in its language. An event moves one after the
other by a step of logistic regression, so that what the place explains is not laid to the language;
steps grow smaller with the events behind them. All numbers fade, so that what is not shown any more
gets another try.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, get_args

from fimble.core.text import languages

Kind = Literal["rest", "line", "block"]
Place = Literal["code", "comment", "string"]

BOUND = 2.5
"""The most that taste moves a logit: what the prior is sure of is shown whatever was dismissed."""
MOST_CELLS = 400
"""More than the languages with a grammar make; the others share theirs."""
_FIRST_STEP, _LEAST_STEP = 0.8, 0.05
_STRENGTHS = (1.5, 1.0, 0.3)
"""Of the cells' steps: tried on simulated users, as the numbers above and below."""
_FADING = 0.999
"""For each event: half is left after 700."""
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
    def cells(self) -> tuple[str, str, str]:
        """The numbers that move its chance; a language without a grammar is one of the others."""
        language = self.language if languages.grammar(self.language) else "other"
        size = "short" if self.chars < _SHORT else "middle" if self.chars < _LONG else "long"
        return (self.place, f"{language} {size}", f"{language} {self.kind}")


@dataclass(frozen=True)
class Cell:
    """One number of a taste, and how many events are behind it."""

    shift: float = 0.0
    count: int = 0

    @property
    def step(self) -> float:
        """How far the next event moves it, at full strength and surprise."""
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
        cells = {
            name: replace(cell, shift=_FADING * cell.shift) for name, cell in self.cells.items()
        }
        taste = Taste(MappingProxyType(cells))
        for name, strength in zip(trait.cells, _STRENGTHS, strict=True):
            surprise = kept - moved(chance, taste.shift(trait))
            old = taste.cells.get(name, _NONE)
            shift = _bounded(old.shift + strength * old.step * surprise)
            taste = Taste(MappingProxyType({**taste.cells, name: Cell(shift, old.count + 1)}))
        return taste

    @property
    def events(self) -> int:
        """How many it was learned from."""
        return sum(self.cells.get(place, _NONE).count for place in get_args(Place))


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
