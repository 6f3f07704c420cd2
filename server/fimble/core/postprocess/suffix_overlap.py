"""What already stands after the cursor is not suggested again."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.brackets import CLOSERS, QUOTES, balance, open_quote
from fimble.core.postprocess.base import Candidate, Withheld

_PUNCTUATION = CLOSERS | QUOTES | frozenset(";,>/ ")


def suffix_overlap(candidate: Candidate) -> Candidate | Withheld:
    """Cuts what repeats the text below, and replaces closers that the text closes itself."""
    for step in (_rest_of_line, _replaced_closers, _lines_below):
        candidate = step(candidate)
        if not candidate.text.strip():
            return Withheld("repeats_suffix")
    return candidate


def _rest_of_line(candidate: Candidate) -> Candidate:
    """Cuts an ending that is the rest of the cursor's line."""
    text, rest = candidate.text.rstrip(), candidate.context.line_suffix.strip()
    if not rest or not text.endswith(rest):
        return candidate
    shorter = text[: -len(rest)]
    if set(rest) <= CLOSERS:
        unmatched = balance(text, open_quote(candidate.context.line_prefix)).unmatched
        if not unmatched or unmatched[-1][1] != len(text) - 1:
            return candidate
    return replace(candidate, text=shorter)


def _replaced_closers(candidate: Candidate) -> Candidate:
    """`foo(█)` and `a): b`: the text brings the closer along, so the old one is replaced."""
    rest = candidate.context.line_suffix
    if not rest or not set(rest) <= _PUNCTUATION:
        return candidate
    unmatched = balance(candidate.text, open_quote(candidate.context.line_prefix)).unmatched
    count = 0
    for (closer, _), character in zip(unmatched, rest, strict=False):
        if closer != character:
            break
        count += 1
    return replace(candidate, replaced=count)


def _lines_below(candidate: Candidate) -> Candidate:
    """Cuts the text where it goes on with the lines that stand below the cursor."""
    context = candidate.context
    if context.line_suffix.strip():
        return candidate
    lines_below = [line for line in context.suffix[:4000].split("\n")[1:] if line.strip()]
    if not lines_below:
        return candidate
    below = [line.strip() for line in lines_below]
    lines = candidate.text.split("\n")
    excess = len(balance(candidate.text, open_quote(context.line_prefix)).unmatched)
    for index, line in enumerate(lines):
        whole = (context.line_prefix + line if index == 0 else line).rstrip()
        if whole.strip() != below[0] or not _goes_on(lines[index:], below):
            continue
        same_level = whole == lines_below[0].rstrip()
        if len(below[0]) > 3 or (excess and same_level and set(below[0]) <= _PUNCTUATION):
            return replace(candidate, text="\n".join(lines[:index]))
    return candidate


def _goes_on(lines: list[str], below: list[str]) -> bool:
    """Whether all lines behind the first are those below; the last may break off."""
    rest = [line.strip() for line in lines[1:] if line.strip()]
    following = below[1 : 1 + len(rest)]
    if len(following) < len(rest):
        return False
    return rest[:-1] == following[:-1] and (not rest or following[-1].startswith(rest[-1]))
