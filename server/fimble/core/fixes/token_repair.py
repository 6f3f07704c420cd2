"""A token that is missing, mistyped or one too many: every single edit after which the text parses.

Which of them is meant, a parser cannot know: where there are several, the model chooses.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from types import MappingProxyType

from fimble.core import syntax
from fimble.core import text as texts
from fimble.core.diagnostics import SYNTAX
from fimble.core.fixes.base import Problem
from fimble.core.syntax import SyntaxTree
from fimble.core.text import Edit, apply_edits

SYNTAX_CODES = frozenset({SYNTAX, "invalid-syntax", "E999"})
MOST = 80
"""Repairs that are looked at; with more the fault is not understood."""
_PAIRS = MappingProxyType({"(": ")", "[": "]", "{": "}"})
_CLOSERS = MappingProxyType({closer: opener for opener, closer in _PAIRS.items()})
_TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|`(?:[^`\\]|\\.)*`|/\*.*?\*/|//[^\n]*|[()\[\]{}]",
    re.DOTALL,
)
_BOUNDARY = re.compile(r"\b|(?<=\W)(?=\W)|(?<=[^\w\s])|(?=[^\w\s])")
_PREFIX = re.compile(r"\b[fFrRbB]{1,2}(?=\w)")
_ABOVE, _BELOW = 3, 12
_TRIES = 4000
_MOST_LINES = 400


def repairs(problem: Problem) -> list[Edit]:
    """Single edits that leave no syntax error, those near the error first, none if too many.

    Whatever is unbalanced can be dropped, so a deletion counts only where nothing else parses.
    """
    parsed = syntax.parse(problem.snapshot.language_id, problem.text)
    if parsed is None:
        return []
    found: dict[str, Edit] = {}
    for count, edit in enumerate(_edits(problem, parsed)):
        if count > _TRIES:
            break
        text = problem.text[: edit.start] + edit.new_text + problem.text[edit.end :]
        bare = re.sub(r"\s", "", text)
        if bare not in found and not syntax.error_offsets(
            syntax.edited(parsed, edit.start, edit.end, edit.new_text)
        ):
            found[bare] = edit
    edits = list(found.values()) if len(found) <= MOST else []
    if any(edit.new_text for edit in edits):
        edits = [edit for edit in edits if edit.new_text]
    laid_out = [_layout(apply_edits(problem.text, [edit])) for edit in edits]
    best = max(laid_out, default=0)
    return [edit for edit, score in zip(edits, laid_out, strict=True) if score == best]


def _layout(text: str) -> int:
    """How many brackets close, lines below, at the indentation where they open, less the others."""
    stack: list[int] = []
    score = 0
    for match in _TOKEN.finditer(text):
        if match[0] in _PAIRS:
            stack.append(match.start())
        elif match[0] in _CLOSERS and stack:
            first, last = (texts.line_start(text, at) for at in (stack.pop(), match.start()))
            if first != last and not text[last : match.start()].strip(" \t)]}"):
                same = texts.indentation(text[first:]) == texts.indentation(text[last:])
                score += 1 if same else -1
    return score


def _edits(problem: Problem, parsed: SyntaxTree) -> Iterator[Edit]:
    text = problem.text
    places = [problem.diagnostic.start, *syntax.error_offsets(parsed)[:3]]
    opened, stray = _balance(text)
    yield from _lines_with_odd_quotes(text, places)
    yield from _long_strings(text, places)
    yield from _missing_closers(text, opened)
    yield from _missing_openers(text, stray)
    yield from _anywhere(text, places, opened, stray)
    yield from _other_brackets(text, (*opened, *stray))
    yield from _keywords(text, places, problem.snapshot.language_id)


def _missing_closers(text: str, opened: list[int]) -> Iterator[Edit]:
    for at in opened[-4:]:
        for place in _boundaries(text, at, 0, _BELOW):
            if place > at:
                yield Edit(place, place, _PAIRS[text[at]])
        yield Edit(at, at + 1, "")


def _missing_openers(text: str, stray: list[int]) -> Iterator[Edit]:
    """Also within a word: two words become one where the bracket between them is lost."""
    for at in stray[:4]:
        yield Edit(at, at + 1, "")
        opener = _CLOSERS[text[at]]
        for place in _boundaries(text, at, _BELOW, 0):
            if place <= at:
                yield Edit(place, place, opener)
        for place in _seams(text, texts.line_start(text, at), at):
            yield Edit(place, place, opener)


def _seams(text: str, start: int, end: int) -> list[int]:
    """Places within words, those where both halves are words of the text if there are any."""
    known = set(re.findall(r"\w+", text))
    inner: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for match in re.finditer(r"\w+", text[start:end]):
        for cut in range(1, len(match[0])):
            left, right = match[0][:cut], match[0][cut:]
            surety = (left in known) + (right in known or right.isdigit())
            inner[surety].append(start + match.start() + cut)
    return inner[2] or inner[1] or inner[0]


def _anywhere(text: str, places: list[int], opened: list[int], stray: list[int]) -> Iterator[Edit]:
    """The missing bracket near the errors and, if it is a brace, at the end of any line."""
    missing = {_PAIRS[text[at]] for at in opened} | {_CLOSERS[text[at]] for at in stray}
    for error in places:
        for place in _boundaries(text, min(error, len(text)), _ABOVE, 1):
            for bracket in sorted(missing):
                yield Edit(place, place, bracket)
    for bracket in sorted(missing & {"{", "}"}):
        for match in list(re.finditer(r"[ \t]*\r?$", text, re.MULTILINE))[:_MOST_LINES]:
            yield Edit(match.start(), match.start(), bracket)


def _other_brackets(text: str, places: tuple[int, ...]) -> Iterator[Edit]:
    for at in places:
        for place in _brackets_near(text, at):
            for other in ")]}" if text[place] in _CLOSERS else "([{":
                if other != text[place]:
                    yield Edit(place, place + 1, other)


def _balance(text: str) -> tuple[list[int], list[int]]:
    """Where brackets are opened and never closed rightly, and where they close nothing."""
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
                stray.append(at)
            else:
                stray.append(at)
                lost += stack[-1:]
    return [*stack, *lost], stray


def _boundaries(text: str, at: int, above: int, below: int) -> Iterator[int]:
    """Places between tokens on the lines around `at`, nearest lines first."""
    end = at
    start = texts.line_start(text, at)
    for _ in range(above):
        start = texts.line_start(text, max(start - 1, 0))
    for _ in range(below + 1):
        end = min(texts.line_end(text, end) + 1, len(text))
    for match in _BOUNDARY.finditer(text, start, end):
        yield match.start()


def _brackets_near(text: str, at: int) -> Iterator[int]:
    start = texts.line_start(text, at)
    for _ in range(_ABOVE):
        start = texts.line_start(text, max(start - 1, 0))
    end = at
    for _ in range(_BELOW):
        end = min(texts.line_end(text, end) + 1, len(text))
    for match in re.finditer(r"[()\[\]{}]", text[start:end]):
        yield start + match.start()


def _lines_with_odd_quotes(text: str, places: list[int]) -> Iterator[Edit]:
    """Near the error, one more quote between any two tokens."""
    seen: set[int] = set()
    for place in places:
        start = texts.line_start(text, min(place, len(text)))
        for begin in (start, texts.line_start(text, max(start - 1, 0))):
            if begin in seen:
                continue
            seen.add(begin)
            end = texts.line_end(text, begin)
            for quote in "\"'`":
                if text.count(quote, begin, end) % 2:
                    for pattern in (_BOUNDARY, _PREFIX):
                        for match in pattern.finditer(text, begin, end):
                            yield Edit(match.end(), match.end(), quote)
                    yield Edit(end, end, quote)


def _long_strings(text: str, places: list[int]) -> Iterator[Edit]:
    """Strings over several lines, whose opening or closing quote may be anywhere."""
    if text.count("`") % 2:
        for match in _BOUNDARY.finditer(text):
            yield Edit(match.start(), match.start(), "`")
    for quote in ('"""', "'''"):
        if text.count(quote) % 2:
            for match in re.finditer(re.escape(quote[:2]), text):
                yield Edit(match.start(), match.start(), quote[0])
    for place in places:
        start = texts.line_start(text, min(place, len(text)))
        for match in re.finditer(r"\"\"|''", text[start : texts.line_end(text, start)]):
            yield Edit(start + match.start(), start + match.start(), match[0][0])


_WORDS = MappingProxyType(
    {
        "python": """import from class return while async await lambda yield raise except finally
            continue break global nonlocal assert""",
        "javascript": """import export default function const return class async await while
            switch continue break catch finally throw typeof instanceof extends static""",
        "go": """package import func return struct interface switch default range defer select
            const continue break fallthrough""",
        "java": """package import public private protected class interface static final return
            extends implements throws throw catch finally switch while boolean record""",
    }
)


def _keywords(text: str, places: list[int], language_id: str) -> Iterator[Edit]:
    """Words near the error that are almost a keyword."""
    family = {"typescript": "javascript", "typescriptreact": "javascript"}
    words = _WORDS.get(family.get(language_id, language_id), "").split()
    for place in places:
        start = texts.line_start(text, max(texts.line_start(text, min(place, len(text))) - 1, 0))
        end = texts.line_end(text, min(place + 200, len(text)))
        for match in re.finditer(r"[A-Za-z]{4,}", text[start:end]):
            for word in difflib.get_close_matches(match[0], words, n=1, cutoff=0.75):
                if word != match[0]:
                    yield Edit(start + match.start(), start + match.end(), word)
