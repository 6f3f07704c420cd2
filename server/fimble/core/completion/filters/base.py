"""What filters take and give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.completion.context import CursorContext


@dataclass(frozen=True)
class Candidate:
    """A text that may be shown at the context's cursor.

    Attributes:
        text: What is inserted.
        context: Where.
        replaced: How many characters after the cursor, on its line, the text replaces.
        logprobs: Natural log probability of each token that was generated.
    """

    text: str
    context: CursorContext
    replaced: int = 0
    logprobs: tuple[float, ...] = ()

    @property
    def document(self) -> str:
        """The whole text as it is once the suggestion is accepted."""
        return f"{self.context.prefix}{self.text}{self.context.suffix[self.replaced :]}"


@dataclass(frozen=True)
class Withheld:
    """Nothing is shown; `reason` is a short stable word for why."""

    reason: str


Filter = Callable[[Candidate], Candidate | Withheld]
