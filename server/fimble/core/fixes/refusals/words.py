"""A rule's fix after which a word is missing that it is not about."""

from __future__ import annotations

import ast
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator

from fimble.core.fixes.base import Problem, Proposal, Span
from fimble.core.text import python
from fimble.core.text.python import Source
from fimble.core.text.tokens import Token

_IGNORED = frozenset({tokenize.OP, tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT})
_STRINGS = frozenset({tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)})
_FORMATTED = re.compile(r"""(?!(?:[rRbBuU]{0,2})["'])""")
"""Of strings, those that Python formats: before 3.12 their code is no token of its own."""
_WORD = re.compile(r"\w+")
_SCRIPT_WORD = re.compile(r"[\w$]+")


def words(problem: Problem, proposal: Proposal, after: str) -> str:
    """Refuses a text without a name, string, number or comment that the rule does not give up.

    Imports at the top are not looked at: they are put right after the rule, and others judge them.
    """
    if proposal.loses is None or (problem.snapshot.language_id == "python" and not problem.source):
        return ""
    old = problem.source
    if old is None:
        was = Counter(_SCRIPT_WORD.findall(problem.text))
        now = Counter(_SCRIPT_WORD.findall(after))
        given = (problem.text[start:end] for start, end in proposal.loses)
        free = Counter(word for text in given for word in _SCRIPT_WORD.findall(text))
    else:
        new = python.parse(after)
        if new is None:
            return ""
        was, now = (Counter(t.text for t in _outside_imports(s)) for s in (old, new))
        free = Counter(t.text for t in _words(old.tokens) if _within(t, proposal.loses))
    gone = was - now - free
    return f"it would lose `{next(iter(gone))}`" if gone else ""


def _words(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.kind in _STRINGS and _FORMATTED.match(token.text):
            for match in _WORD.finditer(token.text):
                start, end = token.start + match.start(), token.start + match.end()
                yield Token(token.kind, match[0], start, end)
        elif token.kind not in _IGNORED and token.text and not keyword.iskeyword(token.text):
            yield token


def _outside_imports(source: Source) -> Iterator[Token]:
    tops = [s for s in source.tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    spans = [(source.span(s)[0], source.end(s)) for s in tops]
    return (t for t in _words(source.tokens) if not _within(t, spans))


def _within(token: Token, spans: Iterable[Span]) -> bool:
    return any(start <= token.start and token.end <= end for start, end in spans)
