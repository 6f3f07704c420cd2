"""What is known of a suggestion before it is shown, as numbers.

Few, because no others helped on repositories that they were not fitted to: see docs/completion.md.
"""

from __future__ import annotations

import math

from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate.taste import Kind, Place, Trait
from fimble.core.text import languages

NAMES = ("doubt", "block")
_LEAST = -40.0
"""Of a log probability; what is none counts as that."""


def trait(context: CursorContext, text: str) -> Trait:
    """What a suggestion is."""
    said = text.strip()
    kind: Kind = "rest" if context.line_prefix.strip() else "line"
    kind = "block" if "\n" in said else kind
    return Trait(context.snapshot.language_id, kind, _place(context, said), len(said))


def _place(context: CursorContext, said: str) -> Place:
    inside, mark = context.inside, languages.comment(context.snapshot.language_id)
    if (inside and inside.kind == "comment") or (mark and said.startswith(mark)):
        return "comment"
    return "string" if inside and inside.kind == "string" else "code"


def read(trait: Trait, logprobs: tuple[float, ...]) -> tuple[float, ...]:
    """The features, in the order of `NAMES`.

    Args:
        trait: Of the suggestion.
        logprobs: Natural log probability of each token.
    """
    return doubt(logprobs), float(trait.kind == "block")


def doubt(logprobs: tuple[float, ...]) -> float:
    """The root of minus the log probability of all tokens together; 0: the model has none."""
    likely = sum(one if _LEAST <= one <= 0 else _LEAST for one in logprobs)
    return math.sqrt(-max(_LEAST, likely))
