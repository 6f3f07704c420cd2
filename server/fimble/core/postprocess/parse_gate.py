"""A suggestion may not break a file that parses without it.

What is being typed is unfinished: an open bracket of the line is closed, and a Python header
gets a body, before the question is put to the parser. An open string is closed only where strings
may span lines: elsewhere no later line would end it. The document's own tree is reused: only what
the suggestion changes is parsed again.
"""

from __future__ import annotations

from dataclasses import replace

from fimble.core import syntax, text
from fimble.core.brackets import balance
from fimble.core.postprocess.base import Candidate, Withheld
from fimble.core.syntax import SyntaxTree

_MAX_LINES = 24
_SPANNING = frozenset(
    {"sql", "shellscript", "php", "ruby", "rust", "html", "vue", "svelte", "yaml"}
)
"""Languages whose strings (or attributes) may span lines."""


def parse_gate(candidate: Candidate) -> Candidate | Withheld:
    """Withholds what adds a syntax error, or keeps its leading lines that add none."""
    snapshot = candidate.context.snapshot
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    if parsed is None:
        return candidate
    before = len(syntax.error_offsets(parsed))
    lines = candidate.text.split("\n")[:_MAX_LINES]
    for count in range(len(lines), 0, -1):
        shorter = replace(candidate, text="\n".join(lines[:count]))
        if not shorter.text.strip():
            break
        if any(_count(parsed, shorter, ending) <= before for ending in _endings(shorter)):
            return shorter
    return Withheld("syntax")


def _count(parsed: SyntaxTree, candidate: Candidate, ending: str) -> int:
    """Errors of the document with the suggestion and what makes it whole."""
    start = candidate.context.offset
    new = syntax.edited(parsed, start, start + candidate.replaced, candidate.text + ending)
    return len(syntax.error_offsets(new))


def _endings(candidate: Candidate) -> tuple[str, ...]:
    """What may have to follow the suggestion: nothing, closers, a body."""
    context, shown = candidate.context, candidate.text
    line = (context.line_prefix + shown).split("\n")[-1]
    body = ""
    if context.snapshot.language_id == "python" and line.rstrip().endswith(":"):
        body = f"\n{text.indentation(line)}    pass"
    if context.line_suffix[candidate.replaced :].strip():
        return ("", body) if body else ("",)
    own, whole = balance(shown).opened, balance(context.line_prefix + shown).opened
    if context.snapshot.language_id not in _SPANNING:
        own, whole = own.lstrip("\"'"), whole.lstrip("\"'")
    return tuple(dict.fromkeys(("", own + body, whole + body, whole + ";")))
