"""A bracket or quote that is missing, or one too many: every single repair, the likest first.

The checkers decide which of them parse; where several do, the one nearest to the error and the
end of a line stands first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.diagnostics import SYNTAX
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text import Edit

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|`(?:[^`\\]|\\.)*`|/\*.*?\*/|//[^\n]*|#[^\n]*|[()\[\]{}]",
    re.DOTALL,
)
_LINES = 12
"""How far above the error the cause is looked for."""
SYNTAX_CODES = frozenset({SYNTAX, "invalid-syntax", "E999", "syntax"})


def unclosed(problem: Problem) -> Iterator[Proposal]:
    """Proposes closers at the ends of lines and before line-end punctuation, then deletions."""
    message = problem.diagnostic.message.lower()
    if problem.code not in SYNTAX_CODES and not re.search(
        r"never closed|unterminated|not closed|expected|unmatched|syntax", message
    ):
        return
    text, seen = problem.text, set[Edit]()
    opened, stray = _balance(text)
    near = sorted(opened, key=lambda at: abs(at - problem.diagnostic.start))[:4]
    for at in near:
        for edit in _closing(text, at, _PAIRS[text[at]]):
            if edit not in seen:
                seen.add(edit)
                yield Proposal(f"close `{text[at]}`", (edit,))
    for at in stray[:4]:
        yield Proposal(f"remove `{text[at]}`", (Edit(at, at + 1, ""),))
        opener = _CLOSERS[text[at]]
        start = texts.line_start(text, at)
        for match in re.finditer(r"[\w\])=,]\s?|^\s*", text[start:at]):
            place = start + match.end()
            yield Proposal(f"open `{opener}`", (Edit(place, place, opener),))
    yield from _quotes(problem)


def _balance(text: str) -> tuple[list[int], list[int]]:
    """Where brackets are opened and never closed, and where they close nothing."""
    stack: list[int] = []
    stray: list[int] = []
    lost: list[int] = []
    for match in _TOKEN.finditer(text):
        token, at = match[0], match.start()
        if token in _PAIRS:
            stack.append(at)
        elif token in _CLOSERS:
            if stack and text[stack[-1]] == _CLOSERS[token]:
                stack.pop()
            elif len(stack) > 1 and text[stack[-2]] == _CLOSERS[token]:
                lost.append(stack.pop())
                stack.pop()
            else:
                stray.append(at)
    return [*stack, *lost], stray


def _closing(text: str, opened: int, closer: str) -> Iterator[Edit]:
    """Places for a closer on the lines from its opener on."""
    end = opened
    for _ in range(_LINES):
        end = texts.line_end(text, end)
        line = text[max(texts.line_start(text, end), opened + 1) : end]
        bare = line.rstrip()
        stop = end - len(line) + len(bare)
        for tail in (r"[:;,{]?\s*\{?$", r"$", r"(?:\)|\]|\}|;|,|:| =>| \{)+$"):
            match = re.search(tail, bare)
            if match:
                place = stop - len(bare) + match.start()
                yield Edit(place, place, closer)
        for match in re.finditer(
            r"[\])}]|,|\.|:| [=!<>+*/&|-]+ | (?:and|or|if|else|for|in) ", bare
        ):
            place = stop - len(bare) + match.start()
            yield Edit(place, place, closer)
        if end >= len(text):
            return
        end += 1


def _quotes(problem: Problem) -> Iterator[Proposal]:
    """A line with an odd number of quotes gets one more at its plausible ends."""
    text = problem.text
    start = texts.line_start(text, problem.diagnostic.start)
    line = text[start : texts.line_end(text, start)]
    for quote in "\"'`":
        if line.count(quote) % 2:
            for match in (
                *re.finditer(r"[)\]},;:]+\s*$|$", line),
                *re.finditer(r"[,)\]}]| ", line),
            ):
                at = start + match.start()
                yield Proposal(f"close {quote}", (Edit(at, at, quote),))
            for match in re.finditer(r"[\w.]+", line):
                at = start + match.start()
                yield Proposal(f"open {quote}", (Edit(at, at, quote),))
