"""Small models repeat themselves, and the line above."""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.postprocess.base import Candidate, Withheld

_LOOP = re.compile(r"(.{3,40}?)\1{4,}", re.DOTALL)


def repetition(candidate: Candidate) -> Candidate | Withheld:
    """Withholds a piece said five times in a row and the last line said again.

    From a line that is said twice in a row on, the text is cut.
    """
    loop = _LOOP.search(candidate.text[:2000])
    if loop and loop[1].strip(" -=*#_\t\n"):
        return Withheld("repetition")
    above = candidate.context.prefix.rstrip("\n").rpartition("\n")[2]
    if candidate.context.line_prefix.strip():
        above = _line_above(candidate)
    line = (candidate.context.line_prefix + candidate.text).strip()
    if len(line) > 3 and line == above.strip():
        return Withheld("repeats_line")
    return replace(candidate, text=_without_repeated_lines(candidate.text))


def _line_above(candidate: Candidate) -> str:
    """The last line that is not blank before the cursor's."""
    before = candidate.context.prefix[: -len(candidate.context.line_prefix)]
    return before.rstrip().rpartition("\n")[2]


def _without_repeated_lines(text: str) -> str:
    lines = text.split("\n")
    for index in range(1, len(lines)):
        line = lines[index].strip()
        if len(line) > 3 and line == lines[index - 1].strip():
            return "\n".join(lines[:index])
    return text
