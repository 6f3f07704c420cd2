"""What its first line opens is closed by a suggestion, or it is that line alone."""

from __future__ import annotations

from dataclasses import replace

from fimble.core import closing, stop
from fimble.core.postprocess.base import Candidate


def unclosed(candidate: Candidate) -> Candidate:
    """Cuts a construct that did not come to its end in time back to the line that begins it."""
    first = candidate.text[: stop.single_line()(candidate.text)]
    if first == candidate.text or not closing.missing(candidate.context, first):
        return candidate
    if not closing.missing(candidate.context, candidate.text):
        return candidate
    return replace(candidate, text=first)
