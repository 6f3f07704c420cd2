"""Where the gate stands: what each setting would show, and what of that was wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fimble.completion.statistics.events import Outcome
from fimble.core.completion.gate import BARS, Taste


@dataclass(frozen=True)
class Level:
    """What a setting of `eagerness` would have done.

    Attributes:
        name: The setting.
        bar: How likely a suggestion has to be, 0 to 1.
        shown: Of the suggestions that came to the gate, the share that it lets through.
        kept: Of those let through whose fate is known, the share that stood there 30 s later.
        known: How many those are.
    """

    name: str
    bar: float
    shown: float | None
    kept: float | None
    known: int


def curve(outcomes: Iterable[Outcome]) -> tuple[Level, ...]:
    """A level for each setting, the most eager first."""
    judged = [one for one in outcomes if one.request.chance is not None]
    return tuple(_level(name, bar, judged) for name, bar in BARS.items())


def _level(name: str, bar: float, judged: Sequence[Outcome]) -> Level:
    through = [one for one in judged if (one.request.chance or 0.0) >= bar]
    fates = [one.kept for one in through if one.kept is not None]
    return Level(name, bar, _share(len(through), judged), _share(sum(fates), fates), len(fates))


def _share(part: int, whole: Sequence[object]) -> float | None:
    return part / len(whole) if whole else None


def leanings(taste: Taste, most: int = 6) -> tuple[tuple[str, float], ...]:
    """What the user's taste moves most: names and shifts of the logit, the strongest first."""
    moved = ((name, cell.shift) for name, cell in taste.cells.items())
    strong = sorted(moved, key=lambda one: (-abs(one[1]), one[0]))
    return tuple(one for one in strong[:most] if abs(one[1]) >= 0.1)


def told(taste: Taste) -> str:
    """Where the gate stands, in one sentence."""
    if not taste.events:
        return "The gate has learned nothing yet: it decides as for all users."
    shifts = ", ".join(f"{name} {shift:+.1f}" for name, shift in leanings(taste))
    return f"The gate has learned from {taste.events:,} suggestions: {shifts or 'no taste yet'}."
