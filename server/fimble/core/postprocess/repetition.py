"""Small models repeat themselves, and the line above."""

from __future__ import annotations

import re

from fimble.core.postprocess.base import Candidate, Withheld

_LOOP = re.compile(r"(.{3,40}?)\1{4,}", re.DOTALL)


def repetition(candidate: Candidate) -> Candidate | Withheld:
    """Withholds a piece said five times in a row, and the last line said again."""
    text, context = candidate.text, candidate.context
    loop = _LOOP.search(text)
    if loop and loop[1].strip(" -=*#_\t\n"):
        return Withheld("repetition")
    above = [line.strip() for line in context.prefix.split("\n")[:-1] if line.strip()]
    line = (context.line_prefix + text).strip()
    if above and len(line) > 3 and line == above[-1]:
        return Withheld("repeats_line")
    return candidate
