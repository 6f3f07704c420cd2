"""What its first line opens is closed by a suggestion, or it is that line alone."""

from __future__ import annotations

from fimble.core.completion import closing, stop
from fimble.core.completion.filters.base import Candidate
from fimble.core.completion.filters.suffix_overlap import shortened


def unclosed(candidate: Candidate) -> Candidate:
    """Cuts a construct that did not come to its end in time back to the line that begins it."""
    context, text = candidate.context, candidate.text
    first = text[: stop.single_line()(text)]
    if first == text or not closing.missing(context, first) or not closing.missing(context, text):
        return candidate
    return shortened(candidate, first)
