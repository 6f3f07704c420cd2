"""What filters take and give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.context import CursorContext


@dataclass(frozen=True)
class Candidate:
    """A text that may be shown at the context's cursor."""

    text: str
    context: CursorContext


@dataclass(frozen=True)
class Withheld:
    """Nothing is shown; `reason` is a short stable word for why."""

    reason: str


Filter = Callable[[Candidate], Candidate | Withheld]
