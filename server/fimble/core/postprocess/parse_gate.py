"""A suggestion may not break a file that parses without it.

What is being typed is unfinished: an open bracket of the suggestion is closed, and a Python
header gets a body, before the question is put to the parser.
"""

from __future__ import annotations

from dataclasses import replace

from fimble.core import syntax, text
from fimble.core.context import CursorContext
from fimble.core.postprocess.base import Candidate, Withheld

_CLOSERS = {"(": ")", "[": "]", "{": "}"}


def parse_gate(candidate: Candidate) -> Candidate | Withheld:
    """Withholds what adds a syntax error, or keeps its leading lines that add none."""
    context = candidate.context
    language, whole = context.snapshot.language_id, context.snapshot.text
    before = syntax.errors(language, whole)
    if before is None:
        return candidate
    lines = candidate.text.split("\n")
    for count in range(len(lines), 0, -1):
        shorter = "\n".join(lines[:count])
        if not shorter.strip():
            break
        counts = [syntax.errors(language, document) for document in _documents(context, shorter)]
        if any(count is None or count <= before for count in counts):
            return replace(candidate, text=shorter)
    return Withheld("syntax")


def _documents(context: CursorContext, shown: str) -> tuple[str, ...]:
    """The document with the suggestion: as it stands, and made whole."""
    ending = _closers(shown) if context.line_suffix.strip() == "" else ""
    line = (context.line_prefix + shown).split("\n")[-1]
    if context.snapshot.language_id == "python" and line.rstrip().endswith(":"):
        ending += f"\n{text.indentation(line)}    pass"
    plain = f"{context.prefix}{shown}{context.suffix}"
    return (plain, f"{context.prefix}{shown}{ending}{context.suffix}") if ending else (plain,)


def _closers(shown: str) -> str:
    """What closes the brackets that the suggestion leaves open."""
    stack: list[str] = []
    for character in shown:
        if character in _CLOSERS:
            stack.append(_CLOSERS[character])
        elif stack and character == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))
