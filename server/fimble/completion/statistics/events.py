"""What is remembered of a completion request: numbers and names, never text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

_Time = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
_Span = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


@dataclass(frozen=True)
class Request:
    """One answered completion request.

    Attributes:
        id: Unique; later reports (shown, accepted) name it.
        at: Unix time of the request, seconds.
        language: LSP language identifier.
        model: Name of the model.
        reason: Why nothing was offered; None if something was.
        offered_chars: Characters offered; 0 with a reason.
        total_ms: From request to answer.
        ttft_ms: From request to the first token; None if none was generated.
        prompt_tokens: Length of the prompt.
        reused_tokens: How many of them the KV cache already held.
        new_tokens: Tokens generated.
        chance: That the user would want it, as the gate expected, 0 to 1; None: it was not asked.
        kind: "rest" of a line, "line" or "block"; None with the chance.
        place: "code", "comment" or "string"; None with the chance.
    """

    id: str
    at: _Time
    language: str
    model: str
    reason: str | None
    offered_chars: _Count
    total_ms: _Span
    ttft_ms: _Span | None = None
    prompt_tokens: _Count = 0
    reused_tokens: _Count = 0
    new_tokens: _Count = 0
    chance: _Share | None = None
    kind: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A request and what became of its suggestion.

    Attributes:
        request: The request.
        shown: The editor has said that it displayed the suggestion.
        accepted_chars: Characters that the user took; 0 if none.
        retained_chars: Characters of the suggestion that stood there 30 s later; None: not known.
    """

    request: Request
    shown: bool = False
    accepted_chars: _Count = 0
    retained_chars: _Count | None = None

    @property
    def kept(self) -> bool | None:
        """Whether the suggestion stood there later; None where that is not known."""
        if self.retained_chars is None:
            return None
        return kept(self.retained_chars, self.request.offered_chars, self.accepted_chars > 0)


def kept(retained: int, offered: int, accepted: bool) -> bool:
    """Whether a suggestion was wanted: most of it stands, or half of what was taken and edited."""
    return retained >= offered * (0.5 if accepted else 0.9)
