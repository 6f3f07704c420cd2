"""Single edits that may put a broken text right: a bracket, a quote or a keyword near the error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit

PAIRS = MappingProxyType({"(": ")", "[": "]", "{": "}"})
CLOSERS = MappingProxyType({closer: opener for opener, closer in PAIRS.items()})
TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|`(?:[^`\\]|\\.)*`|/\*.*?\*/|//[^\n]*|[()\[\]{}]",
    re.DOTALL,
)
_BOUNDARY = re.compile(r"\b|(?<=\W)(?=\W)|(?<=[^\w\s])|(?=[^\w\s])")
_PREFIX = re.compile(r"\b[fFrRbB]{1,2}(?=\w)")
_ABOVE, _BELOW = 3, 12
_MOST_LINES = 400


def edits(text: str, places: Sequence[int], language_id: str) -> Iterator[Edit]:
    """Candidates, the likeliest first; some come twice, and most will not parse.

    Args:
        text: The broken text.
        places: Where it is said to be broken.
        language_id: Its keywords are known.
    """
    opened, stray = _balance(text)
    yield from _lines_with_odd_quotes(text, places)
    yield from _holes(text, places)
    yield from _long_strings(text, places)
    yield from _missing_closers(text, opened)
    yield from _missing_openers(text, stray, language_id)
    yield from _anywhere(text, places, opened, stray)
    yield from _other_brackets(text, (*opened, *stray))
    yield from _keywords(text, places, language_id)


def _missing_closers(text: str, opened: list[int]) -> Iterator[Edit]:
    for at in opened[-4:]:
        for place in _boundaries(text, at, 0, _BELOW):
            if place > at:
                yield Edit(place, place, PAIRS[text[at]])
        yield Edit(at, at + 1, "")


def _missing_openers(text: str, stray: list[int], language_id: str) -> Iterator[Edit]:
    """Also within a word: two words become one where the bracket between them is lost."""
    known = frozenset(re.findall(r"\w+", text)) | frozenset(_keywords_of(language_id))
    for at in stray[:4]:
        yield Edit(at, at + 1, "")
        opener = CLOSERS[text[at]]
        for place in _boundaries(text, at, _BELOW, 0):
            if place <= at:
                yield Edit(place, place, opener)
        for above in range(_ABOVE + 1):
            for place in _seams(text, _lines_above(text, at, above), at, known):
                yield Edit(place, place, opener)


def _seams(text: str, begin: int, at: int, known: frozenset[str]) -> list[int]:
    """Places within the words of a line, up to `at`, where a half is a word that is known.

    If only one is, it has to be longer than two characters.
    """
    found: list[int] = []
    for match in re.finditer(r"\w+", text[begin : min(at, texts.line_end(text, begin))]):
        for cut in range(1, len(match[0])):
            halves = match[0][:cut], match[0][cut:]
            words = [half for half in halves if half in known or half.isdigit()]
            if len(words) == 2 or any(len(word) > 2 for word in words):
                found.append(begin + match.start() + cut)
    return found


def _anywhere(
    text: str, places: Sequence[int], opened: list[int], stray: list[int]
) -> Iterator[Edit]:
    """The missing bracket near the errors and, if it is a brace, at the end of any line."""
    missing = {PAIRS[text[at]] for at in opened} | {CLOSERS[text[at]] for at in stray}
    for error in places:
        for place in _boundaries(text, min(error, len(text)), _ABOVE, 1):
            for bracket in sorted(missing):
                yield Edit(place, place, bracket)
    for bracket in sorted(missing & {"{", "}"}):
        for match in list(re.finditer(r"[ \t]*\r?$", text, re.MULTILINE))[:_MOST_LINES]:
            yield Edit(match.start(), match.start(), bracket)


def _other_brackets(text: str, places: Sequence[int]) -> Iterator[Edit]:
    for at in places:
        for place in _brackets_near(text, at):
            for other in ")]}" if text[place] in CLOSERS else "([{":
                if other != text[place]:
                    yield Edit(place, place + 1, other)


def _balance(text: str) -> tuple[list[int], list[int]]:
    """Where brackets are opened and never closed rightly, and where they close nothing."""
    stack: list[int] = []
    stray: list[int] = []
    lost: list[int] = []
    for match in TOKEN.finditer(text):
        token, at = match[0], match.start()
        if token in PAIRS:
            stack.append(at)
        elif token in CLOSERS:
            if stack and text[stack[-1]] == CLOSERS[token]:
                stack.pop()
            elif len(stack) > 1 and text[stack[-2]] == CLOSERS[token]:
                lost.append(stack.pop())
                stack.pop()
                stray.append(at)
            else:
                stray.append(at)
                lost += stack[-1:]
    return [*stack, *lost], stray


def _boundaries(text: str, at: int, above: int, below: int) -> Iterator[int]:
    """Places between tokens on the lines around `at`."""
    start, end = _lines_above(text, at, above), _lines_below(text, at, below)
    for match in _BOUNDARY.finditer(text, start, end):
        yield match.start()


def _brackets_near(text: str, at: int) -> Iterator[int]:
    start, end = _lines_above(text, at, _ABOVE), _lines_below(text, at, _BELOW - 1)
    for match in re.finditer(r"[()\[\]{}]", text[start:end]):
        yield start + match.start()


def _lines_above(text: str, at: int, count: int) -> int:
    """Where the line begins that stands so many above that of `at`."""
    start = texts.line_start(text, min(at, len(text)))
    for _ in range(count):
        start = texts.line_start(text, max(start - 1, 0))
    return start


def _lines_below(text: str, at: int, count: int) -> int:
    """Behind the line that stands so many below that of `at`."""
    end = min(at, len(text))
    for _ in range(count + 1):
        end = min(texts.line_end(text, end) + 1, len(text))
    return end


def _lines_with_odd_quotes(text: str, places: Sequence[int]) -> Iterator[Edit]:
    """One more quote between any two tokens of a line that has an odd number of them.

    Such a line is suspect wherever it stands with `"`, which is no apostrophe: a parser may
    notice lines before or after it.
    """
    near = {_lines_above(text, place, above) for place in places for above in (0, 1)}
    begins = [match.start() for match in re.finditer(r"^", text, re.MULTILINE)]
    for begin in sorted(begins, key=lambda at: min(abs(at - place) for place in places)):
        end, odd = texts.line_end(text, begin), 0
        for quote in "\"'`" if begin in near else '"':
            odd = text.count(quote, begin, end) % 2
            for pattern in (_BOUNDARY, _PREFIX) if odd else ():
                for match in pattern.finditer(text, begin, end):
                    yield Edit(match.end(), match.end(), quote)
            if odd:
                yield Edit(end, end, quote)


def _holes(text: str, places: Sequence[int]) -> Iterator[Edit]:
    """Near the error, the brace that a string with holes for values lacks."""
    for begin in dict.fromkeys(_lines_above(text, p, above) for p in places for above in (0, 1)):
        end = texts.line_end(text, begin)
        more = text.count("{", begin, end) - text.count("}", begin, end)
        if more and any(quote in text[begin:end] for quote in "\"'`"):
            pattern, brace = (r"(?<!\w)(?=\w)", "{") if more < 0 else (r"(?<=[\w)\]])(?!\w)", "}")
            for match in re.compile(pattern).finditer(text, begin, end):
                yield Edit(match.start(), match.start(), brace)


def _long_strings(text: str, places: Sequence[int]) -> Iterator[Edit]:
    """Strings over several lines, whose opening or closing quote may be anywhere.

    A missing backtick stands behind the last but one of those before the error: what lies before
    that one was read as it was meant.
    """
    if text.count("`") % 2:
        end = _lines_below(text, places[0], _BELOW)
        start = text.rfind("`", 0, max(text.rfind("`", 0, places[0]), 0)) + 1
        for match in _BOUNDARY.finditer(text, start, end):
            yield Edit(match.start(), match.start(), "`")
    for quote in ('"""', "'''"):
        if text.count(quote) % 2:
            for match in re.finditer(re.escape(quote[:2]), text):
                yield Edit(match.start(), match.start(), quote[0])
    for place in places:
        start = texts.line_start(text, min(place, len(text)))
        for match in re.finditer(r"\"\"|''", text[start : texts.line_end(text, start)]):
            yield Edit(start + match.start(), start + match.start(), match[0][0])


_SCRIPT = """import export default function const return class async await while switch continue
    break catch finally throw typeof instanceof extends static else case null true false this super
    yield delete void from"""
_WORDS = MappingProxyType(
    {
        "python": """import from class return while async await lambda yield raise except finally
            continue break global nonlocal assert else elif pass with True False None""",
        "javascript": _SCRIPT,
        "typescript": f"""{_SCRIPT} interface type enum namespace declare readonly infer keyof
            unique abstract implements public private protected satisfies unknown never""",
        "go": """package import func return struct interface switch default range defer select
            const continue break fallthrough type else case chan goto""",
        "java": """package import public private protected class interface static final return
            extends implements throws throw catch finally switch while boolean record void enum
            abstract synchronized instanceof default case else this super null true false""",
    }
)
_FAMILY = MappingProxyType({"javascriptreact": "javascript", "typescriptreact": "typescript"})


def _keywords(text: str, places: Sequence[int], language_id: str) -> Iterator[Edit]:
    """Words near the error that are almost a keyword."""
    words = _keywords_of(language_id)
    for place in places:
        start, end = _lines_above(text, place, 1), _lines_below(text, place, _ABOVE)
        for match in re.finditer(r"[A-Za-z]{4,}", text[start:end]):
            for word in difflib.get_close_matches(match[0], words, n=1, cutoff=0.75):
                if word != match[0]:
                    yield Edit(start + match.start(), start + match.end(), word)


def _keywords_of(language_id: str) -> list[str]:
    return _WORDS.get(_FAMILY.get(language_id, language_id), "").split()
