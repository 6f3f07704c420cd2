"""A suggestion may not break a file that parses without it.

The rule is that of the figures: the document with the suggestion has no more syntax errors than
without. What is being typed may have one, a bracket that is open before the cursor; a line that
opens a block has none where the file closes it below, or the suggestion does. A file that is full
of errors is of a dialect that the grammar does not know: there only brackets are judged.
"""

from __future__ import annotations

from dataclasses import replace

from fimble.core import closing, embedded, syntax
from fimble.core.postprocess.base import Candidate, Withheld
from fimble.core.syntax import SyntaxTree

_MAX_LINES = 24
_DIALECT = 4
"""With more errors than these, a file is not the grammar's."""


def parse_gate(candidate: Candidate) -> Candidate | Withheld:
    """Withholds what adds a syntax error, or keeps its leading lines that add none."""
    parsed = embedded.parse(candidate.context)
    if parsed is None:
        return candidate
    before = len(syntax.error_offsets(parsed))
    lines = candidate.text.split("\n")[:_MAX_LINES]
    for count in range(len(lines), 0, -1):
        shorter = replace(candidate, text="\n".join(lines[:count]))
        if not shorter.text.strip():
            break
        if before > _DIALECT:
            passes = not closing.missing(shorter.context, shorter.text)
        else:
            passes = _errors(parsed, shorter, before) <= before
        if passes:
            return shorter
    return Withheld("syntax")


def _errors(parsed: SyntaxTree, candidate: Candidate, before: int) -> int:
    """Errors with the suggestion.

    Only what it changes is parsed again; that may find errors where a whole parse, which then
    decides, finds none.
    """
    start = candidate.context.offset
    new = syntax.edited(parsed, start, start + candidate.replaced, candidate.text)
    count = len(syntax.error_offsets(new))
    if count > before:
        count = len(syntax.error_offsets(syntax.anew(new)))
    return count
