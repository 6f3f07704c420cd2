"""Small models repeat themselves, and the line above."""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.completion.filters.base import Candidate, Withheld

_LOOP = re.compile(r"(.{3,40}?)\1{4,}", re.DOTALL)
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_LONG_ROUND = 40
"""Of a piece that is longer two and a half rounds are a loop; of shorter ones five."""


def repetition(candidate: Candidate) -> Candidate | Withheld:
    """Withholds a piece said over and over and the last line said again.

    From a line that is said twice in a row on, the text is cut.
    """
    loop = _LOOP.search(candidate.text[:2000])
    if (loop and loop[1].strip(" -=*#_\t\n")) or _long_loop(candidate.text[:2000]):
        return Withheld("repetition")
    above = candidate.context.prefix.rstrip("\n").rpartition("\n")[2]
    if candidate.context.line_prefix.strip():
        above = _line_above(candidate)
    line = (candidate.context.line_prefix + candidate.text).strip()
    if len(line) > 3 and line == above.strip():
        return Withheld("repeats_line")
    return replace(candidate, text=_without_repeated_lines(candidate.text))


def _long_loop(text: str) -> bool:
    """Whether a long piece of text is said two and a half times in a row, wherever it begins."""
    tokens = _TOKEN.findall(text)
    for period in range(2, len(tokens) * 2 // 5 + 1):
        run = 0
        for place in range(len(tokens) - period):
            run = run + 1 if tokens[place] == tokens[place + period] else 0
            if 2 * run >= 3 * period and run >= 3:
                piece = "".join(tokens[place : place + period])
                if len(piece) > _LONG_ROUND and len(piece.split()) > 1:
                    return True
    return False


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
