"""What already stands after the cursor is not suggested again."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.postprocess.base import Candidate, Withheld


def suffix_overlap(candidate: Candidate) -> Candidate | Withheld:
    """Cuts an ending that is the rest of the cursor's line; withholds the next line's text."""
    text, rest = candidate.text, candidate.context.line_suffix.rstrip()
    if rest and text.rstrip().endswith(rest):
        text = text.rstrip()[: -len(rest)]
    if not text.strip():
        return Withheld("repeats_suffix")
    following = next(
        (line for line in candidate.context.suffix.split("\n")[1:] if line.strip()), ""
    )
    if not rest and len(following.strip()) > 3 and text.strip() == following.strip():
        return Withheld("repeats_suffix")
    return replace(candidate, text=text)
