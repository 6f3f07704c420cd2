"""What filters take and give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import Verdict


@dataclass(frozen=True)
class Candidate:
    """A text that may be shown at the context's cursor.

    Attributes:
        text: What is inserted.
        context: Where.
        replaced: How many characters after the cursor, on its line, the text replaces.
        logprobs: Natural log probability of each token that was generated.
        verdict: What the gate expects of it; None before it was asked, or where it knows nothing.
    """

    text: str
    context: CursorContext
    replaced: int = 0
    logprobs: tuple[float, ...] = ()
    verdict: Verdict | None = None

    @property
    def document(self) -> str:
        """The whole text as it is once the suggestion is accepted."""
        return f"{self.context.prefix}{self.text}{self.context.suffix[self.replaced :]}"


@dataclass(frozen=True)
class Withheld:
    """Nothing is shown.

    Attributes:
        reason: A short stable word for why.
        verdict: The gate's, if that is why.
    """

    reason: str
    verdict: Verdict | None = None


Filter = Callable[[Candidate], Candidate | Withheld]
