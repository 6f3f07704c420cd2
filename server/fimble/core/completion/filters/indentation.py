"""In Python indentation is syntax: a line may not stand above deeper ones that it does not open.

The grammar of the parse gate is lenient about it, so Python's own is asked; where a file has an
earlier error, that is all it tells, and the suggestion passes. How a line begins that the user has
begun is the user's own.
"""

from __future__ import annotations

from fimble.core.completion.filters.base import Candidate, Withheld
from fimble.core.text import python

_MAX_CHARACTERS = 100_000


def indentation(candidate: Candidate) -> Candidate | Withheld:
    """Withholds what makes its own lines or the next one wrongly indented."""
    context = candidate.context
    if context.snapshot.language_id != "python" or len(context.snapshot.text) > _MAX_CHARACTERS:
        return candidate
    wrong = _wrong_line(candidate.document)
    line = context.prefix.count("\n") + 1
    behind = context.suffix[candidate.replaced :]
    next_line = len(behind) - len(behind.lstrip())
    last = line + candidate.text.count("\n") + behind.count("\n", 0, next_line)
    first = line + 1 if context.line_prefix.strip() else line
    return Withheld("indentation") if first <= wrong <= last else candidate


def _wrong_line(document: str) -> int:
    """The number of the line that is indented wrongly, if that is the first error; or 0."""
    fault = python.fault(document)
    if not isinstance(fault, IndentationError):
        return 0
    body_to_come = fault.msg.startswith("expected an indented block")
    return 0 if body_to_come else fault.lineno or 0
