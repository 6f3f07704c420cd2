"""What is remembered of a completion request: numbers and names, never text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

_Time = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
_Span = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


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


@dataclass(frozen=True)
class Outcome:
    """A request and what became of its suggestion.

    Attributes:
        request: The request.
        shown: The editor has said that it displayed the suggestion.
        accepted_chars: Characters that the user took; 0 if none.
    """

    request: Request
    shown: bool = False
    accepted_chars: _Count = 0
