"""What already stands after the cursor is not suggested again, and nothing of it is lost.

What behind the cursor closes what is open there is taken over by a text that closes the same, as a
whole: a quote with the bracket behind it and the semicolon behind that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters.base import Candidate, Withheld
from fimble.core.completion.opened import Reading, closing

_MARKS = re.compile(r"\s*(?:[;,]|[;,:.{]+\s*\Z)")
_LINE_END = r"{}(?=[ \t]*(?:\r?\n|\Z))"
_WORD = re.compile(r"\w")
_UNENDED = re.compile(r"(?<!\\)\\\Z|(?:\||&&)\s*\Z")
_NEAR, _FAR = 1_500, 16_000
"""So far below the cursor it is looked whether what is open is closed; and where that is not enough
to choose by."""


def suffix_overlap(candidate: Candidate) -> Candidate | Withheld:
    """Cuts what repeats the text below, and replaces closers that the text closes itself."""
    for step in (_without_rest, _without_lines_below, _taken_over):
        candidate = step(candidate)
        if not candidate.text.strip():
            return Withheld("repeats_suffix")
    return candidate


def shortened(candidate: Candidate, text: str) -> Candidate:
    """The candidate with less text, which may close less of what stands behind the cursor."""
    judged = suffix_overlap(replace(candidate, text=text, replaced=0))
    return judged if isinstance(judged, Candidate) else replace(candidate, text="", replaced=0)


def _without_rest(candidate: Candidate) -> Candidate:
    """Cuts the text where it says the rest of the cursor's line, and all behind that."""
    context, text = candidate.context, candidate.text
    rest = context.line_suffix.strip()
    if not rest:
        return candidate
    places = [match.start() for match in re.finditer(_LINE_END.format(re.escape(rest)), text)]
    for place in places:
        kept = text[:place]
        reading = context.read(kept)
        same = reading.stack == context.opened and not reading.closed and not reading.strays
        wrong, own, soft = _wrong(context, kept, 0)
        if same or (wrong + own, soft) <= _fit(context, text).total:
            spaced = context.line_suffix[:1].isspace()
            return replace(candidate, text=kept.rstrip(" \t") if spaced else kept)
    return candidate


@dataclass(frozen=True)
class _Fit:
    """A text with as much behind the cursor replaced as fits it best.

    Attributes:
        text: The text.
        replaced: How many characters it replaces.
        wrong: How much is then closed twice, or open for good that was open at the cursor.
        total: That, and how much the text leaves open for good; and so in strings and comments.
    """

    text: str
    replaced: int
    wrong: int
    total: tuple[int, int]


def _taken_over(candidate: Candidate) -> Candidate:
    """`foo(█)` and `a): b`: the text brings the closer along, so the old one is replaced."""
    context = candidate.context
    reading = context.read(candidate.text)
    excess = context.behind and (
        reading.own
        or _wrong(context, "", 0)[0]
        or _goes_on_below(candidate.text, context.line_suffix)
    )
    if not (reading.closed or reading.strays or excess):
        return replace(candidate, text=_without_marks(candidate.text, context.line_suffix))
    allowed = max(_wrong(context, done, 0)[0] for done in ("", _unclosed(context)))
    best: _Fit | None = None
    for text in _shorter(candidate, reading):
        fit = _fit(context, text)
        if best is None or fit.wrong < best.wrong:
            best = fit
        if fit.wrong <= allowed:
            break
    return replace(candidate, text=best.text, replaced=best.replaced) if best else candidate


def _unclosed(context: CursorContext) -> str:
    """What would close the string at the cursor, if nothing behind the cursor does."""
    inside = context.inside
    if (
        inside is None
        or inside.kind != "string"
        or inside in [one.opened for one in context.behind]
    ):
        return ""
    return closing((inside,))


def _shorter(candidate: Candidate, reading: Reading) -> Iterator[str]:
    """The text, its first line, and what it says before each thing that it closes.

    Where words stand behind the cursor, a text that is cut says nothing behind a closer.
    """
    text = candidate.text
    yield text
    if "\n" in text.strip():
        yield text[: text.index("\n", len(text) - len(text.lstrip()))].rstrip()
    ends = [0, *(closed.end for closed in reading.closed)]
    words = _WORD.search(candidate.context.line_suffix)
    for closed, end in zip(reversed(reading.closed), reversed(ends[:-1]), strict=True):
        if not (words and end and text[end : closed.start].strip()):
            yield text[: closed.start].rstrip()


def _fit(context: CursorContext, text: str) -> _Fit:
    """How much of what stands behind the cursor the text replaces.

    Of what fits as well, all that the text closes too; but nothing where it opens something that
    the closers behind the cursor may be for. What the text does not close itself goes only where
    nothing else fits as well.
    """
    fits = _fits(context, text, _NEAR)
    total, _, replaced, wrong = min(fits)
    alike = [fit for fit in fits if fit[0][0] == total[0]]
    if len(context.suffix) > _NEAR and len(alike) > 1:
        far = {fit[2]: fit for fit in _fits(context, text, _FAR)}
        total, _, replaced, wrong = min(alike, key=lambda fit: far[fit[2]])
    text = _without_marks(text, context.line_suffix[replaced:])
    kept = len(_common_ending(text, context.line_suffix[:replaced]))
    return _Fit(text[: len(text) - kept], replaced - kept, wrong, total)


def _fits(
    context: CursorContext, text: str, near: int
) -> list[tuple[tuple[int, int], tuple[bool, int], int, int]]:
    """What does not fit, the order among what fits as well, how much is replaced, what is wrong."""
    reading = context.read(text)
    closed = [one.opened for one in reading.closed]
    beyond = context.read(text + context.line_suffix).stack
    own = any(one not in beyond for one in reading.own)
    fits = []
    for number, place in enumerate(_closers(context, text)):
        wrong, loose, soft = _wrong(context, text, place, near)
        wrong += _goes_on_below(text, context.line_suffix[place:])
        behind = [one.opened for one in context.behind[:number]]
        both = number > len(context.behind) or behind == closed[:number]
        order = number if own or not both else -number
        fits.append(((wrong + loose, soft), (not both, order), place, wrong))
    return fits


def _goes_on_below(text: str, behind: str) -> bool:
    """Whether a text ends with what no closer can stand behind: the next line goes on with it."""
    return _UNENDED.search(text) is not None and bool(behind.strip())


def _without_marks(text: str, behind: str) -> str:
    """The text without the marks at its end that stand behind it: `;` of `);`, ` {` of `) {`."""
    marks = _MARKS.match(behind.rstrip())
    if marks is None or not text.rstrip().endswith(marks[0].strip()):
        return text
    shorter = text.rstrip().removesuffix(marks[0].strip())
    return shorter.rstrip(" \t") if behind[0].isspace() else shorter


def _closers(context: CursorContext, text: str) -> Iterator[int]:
    """0, and the ends of the closers that stand directly behind the cursor.

    The rest of the line too, where the text ends with what is left of it.
    """
    yield 0
    place, rest = 0, context.line_suffix.rstrip()
    if not context.behind and context.closers:
        yield from range(1, len(context.closers) + 1)
    for behind in context.behind:
        if rest[place : behind.start].strip():
            break
        place = behind.end
        yield place
    if 0 < place < len(rest) and text.rstrip().endswith(rest[place:].strip()):
        yield len(rest)


def _wrong(
    context: CursorContext, text: str, replaced: int, reach: int = _NEAR
) -> tuple[int, int, int]:
    """What does not fit behind a text: of what was open before; of its own; in its strings.

    What is open at the end counts only where that is the file's end.
    """
    near = context.suffix[replaced : replaced + reach]
    whole = len(context.suffix) <= replaced + reach
    below = context.read(text + (near if whole else near[: near.rfind("\n") + 1] or near))
    loose = [one for one in below.stack if one.kind not in ("element", "comment", "soft") and whole]
    own = sum(one not in context.opened for one in loose)
    soft = below.dropped + sum(one.kind == "soft" for one in below.stack)
    return len(below.strays) + len(loose) - own, own, soft


def _common_ending(text: str, other: str) -> str:
    count = 0
    while count < min(len(text), len(other)) and text[-1 - count] == other[-1 - count]:
        count += 1
    return text[len(text) - count :]


def _without_lines_below(candidate: Candidate) -> Candidate:
    """Cuts the text where it goes on with the lines that stand below the cursor."""
    context = candidate.context
    behind = context.suffix[:4000]
    text_behind = context.line_suffix.strip() not in ("", context.closers)
    if not text_behind:
        behind = behind[len(context.line_suffix) :]
    following = [line for line in behind.split("\n") if line.strip()]
    if text_behind:
        if context.line_prefix.strip():
            return candidate
        if len(candidate.text.strip()) > 3 and candidate.text.strip() in _stripped(following[:3]):
            return replace(candidate, text="")
    below = _stripped(following)
    lines = candidate.text.split("\n")
    for index, line in enumerate(lines):
        whole = (context.line_prefix + line if index == 0 else line).strip()
        if below and whole == below[0] and len(whole) > 3 and _goes_on(lines[index:], below):
            return replace(candidate, text="\n".join(lines[:index]))
    return candidate


def _stripped(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines]


def _goes_on(lines: list[str], below: list[str]) -> bool:
    """Whether all lines behind the first are those below; the last may break off."""
    rest = [line.strip() for line in lines[1:] if line.strip()]
    following = below[1 : 1 + len(rest)]
    if len(following) < len(rest):
        return False
    return rest[:-1] == following[:-1] and (not rest or following[-1].startswith(rest[-1]))
