"""What is looked for in a text, by what is open there: one pattern for each such place.

A mode is what stands directly inside of the innermost open thing: code, text between elements, a
tag, a string, a comment. Its pattern finds the next place that opens, closes or means anything;
the name of the group that matched says what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fimble.core.completion.opened import lexicons
from fimble.core.completion.opened.kinds import Open, Quoted

_REGEX = r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*"
_ELEMENT = r"<(?=[A-Za-z>])(?!\w+\s*(?:,|extends\b))"
"""An element in code; a list of type parameters is none."""
_SOFT_QUOTE = r"[\"`]|(?<!\w)'|(?<=\w)'(?!\w)"
_FENCE = r"^[ \t>]*(?P<ticks>`{3,}|~{3,})[ \t]*(?P<name>[\w+#.-]*)[^\n]*\n"


@dataclass(frozen=True)
class Frame:
    """What counts of a stack as far as one of its places; -1 for nothing.

    Attributes:
        ground: The innermost place that is no soft bracket.
        region: The innermost place that a pattern of its own ends.
        limit: The outermost place that cannot go on over the line's end.
    """

    ground: int = -1
    region: int = -1
    limit: int = -1


def frame(below: Frame, stack: Sequence[Open], place: int) -> Frame:
    """The frame of a place, made from that of the place below it: no walk down the stack."""
    opened, limit = stack[place], below.limit
    if limit < 0 and place > 0 and _ends_with_line(stack[place - 1].quoted):
        limit = place - 1
    elif limit < 0 and opened.kind == "bracket":
        limit = place if opened.begin in lexicons.of(opened.language).line_brackets else -1
    return Frame(
        below.ground if opened.kind == "soft" else place,
        place if opened.until else below.region,
        limit,
    )


def _ends_with_line(quoted: Quoted | None) -> bool:
    return quoted is not None and not quoted.lines


def pattern(language: str, top: Open | None, until: str, line_end: bool) -> re.Pattern[str]:
    """What to look for in a text of `language`.

    Args:
        language: Of the document.
        top: What the place directly stands in.
        until: The pattern that ends the innermost region, "" where there is none.
        line_end: Whether something there cannot go on over the line's end.
    """
    if top is None:
        return _base(language, until, False)
    if top.kind == "string" and top.quoted:
        return _string(top.quoted, top.end, until)
    if top.kind == "comment":
        return _comment(top.begin, top.end, lexicons.of(top.language).nested, until)
    if top.kind == "tag":
        return _tag(top.language, until)
    if top.kind == "element":
        return _page(top.language, until)
    if top.kind == "region" and not top.begin.startswith("<?"):
        return _base(top.language, until, line_end)
    return _code(top.language, until, line_end)


def ground(stack: Sequence[Open]) -> int:
    """The place of the innermost thing that is no soft bracket; -1 for none."""
    place = len(stack) - 1
    while place >= 0 and stack[place].kind == "soft":
        place -= 1
    return place


def _base(language: str, until: str, line_end: bool) -> re.Pattern[str]:
    """The pattern of a language's own text."""
    text = lexicons.of(language).text
    if text == "page":
        return _page(language, until)
    if text == "markdown":
        return _markdown(until, line_end)
    if text == "prose":
        return _prose(until)
    return _code(language, until, line_end)


@lru_cache(maxsize=128)
def _code(language: str, until: str, line_end: bool) -> re.Pattern[str]:
    lexicon = lexicons.of(language)
    return _alternatives(
        [
            ("until", until),
            *_each("block", (_plain(begin) for begin, _ in lexicon.block_comments)),
            *_each("line", lexicon.line_comments),
            ("skip", "|".join(lexicon.skipped)),
            *_each("quote", (_plain(kind.begin) for kind in lexicon.quotes)),
            ("regex", _REGEX if lexicon.regexes else ""),
            ("tag", _ELEMENT if lexicon.elements else ""),
            ("prose", lexicon.prose),
            ("open", r"[(\[{]"),
            ("close", r"[)\]}]"),
            ("newline", r"\n" if line_end else ""),
        ]
    )


@lru_cache(maxsize=128)
def _string(kind: Quoted, end: str, until: str) -> re.Pattern[str]:
    closes = rf"^[ \t]*{re.escape(end)}\b" if kind.heredoc else re.escape(end)
    return _alternatives(
        [
            ("until", until),
            ("skip", kind.plain),
            *_each("hole", (re.escape(begin) for begin, _ in kind.holes)),
            ("doubled", re.escape(end) * 2 if kind.doubled else ""),
            ("escape", re.escape(kind.escape) + r"(?:\r\n|[\s\S])" if kind.escape else ""),
            ("end", closes),
            ("soft", r"[(\[{]"),
            ("soft_end", r"[)\]}]"),
            ("newline", "" if kind.lines else r"\n"),
        ]
    )


@lru_cache(maxsize=128)
def _comment(begin: str, end: str, nested: bool, until: str) -> re.Pattern[str]:
    return _alternatives(
        [
            ("until", until),
            ("nested", re.escape(begin) if nested and end else ""),
            ("end", re.escape(end) if end else ""),
            ("soft_quote", _SOFT_QUOTE),
            ("soft", r"[(\[{]"),
            ("soft_end", r"[)\]}]"),
            ("newline", "" if end else r"\n"),
        ]
    )


@lru_cache(maxsize=64)
def _tag(language: str, until: str) -> re.Pattern[str]:
    lexicon = lexicons.of(language)
    holes = lexicon.holes if lexicon.text == "code" or language == "svelte" else ()
    return _alternatives(
        [
            ("until", until),
            ("value", r"[\"']"),
            *_each("hole", (re.escape(begin) for begin, _ in holes)),
            ("tag_end", r"/?>"),
            ("broken", r"<(?=[/A-Za-z!])"),
            ("stray", r"\}" if holes else ""),
        ]
    )


@lru_cache(maxsize=64)
def _page(language: str, until: str) -> re.Pattern[str]:
    lexicon = lexicons.of(language)
    comments = lexicon.text == "page"
    doctype = "(?!)" if language == "xml" else r"(?i:!doctype\b)"
    return _alternatives(
        [
            ("until", until),
            ("note", "<!--" if comments else ""),
            ("script", r"<\?(?:php\b|=)" if language == "php" else ""),
            ("skip", rf"<(?!{doctype})[!?][^>]*>?" if comments else ""),
            ("element_end", r"</(?P<closed>[\w.:-]*)\s*"),
            ("tag", rf"<(?={doctype}|[A-Za-z])" if comments else r"<(?=[A-Za-z>])"),
            *_each("hole", (re.escape(begin) for begin, _ in lexicon.holes)),
            ("soft", r"[(\[]"),
            ("soft_end", r"[)\]]"),
            ("stray", "" if comments else r"\}"),
        ]
    )


@lru_cache(maxsize=64)
def _prose(until: str) -> re.Pattern[str]:
    soft = ("soft_quote", _SOFT_QUOTE), ("soft", r"[(\[{]"), ("soft_end", r"[)\]}]")
    return _alternatives([("until", until), *soft])


@lru_cache(maxsize=8)
def _markdown(until: str, line_end: bool) -> re.Pattern[str]:
    return _alternatives(
        [
            ("until", until),
            ("fence", _FENCE),
            ("skip", r"`[^`\n]+`"),
            ("note", "<!--"),
            ("open", r"[(\[{]"),
            ("close", r"[)\]}]"),
            ("newline", r"\n" if line_end else ""),
        ]
    )


def _each(name: str, patterns: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"{name}{number}", one) for number, one in enumerate(patterns)]


def _alternatives(parts: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    """One pattern of all parts that are not empty; a group for each."""
    named = [f"(?P<{name}>{part})" for name, part in parts if part]
    return re.compile("|".join(named) or r"(?!)", re.MULTILINE)


_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_BACK = re.compile(r"\\[12]")


def _plain(part: str) -> str:
    """A part of many without its own groups: where it counts, it is matched again `alone`."""
    return _BACK.sub("[\"'`]?", _GROUP.sub("(?:", part))


@lru_cache(maxsize=256)
def alone(part: str) -> re.Pattern[str]:
    """One part's pattern by itself, with its numbered groups."""
    return re.compile(part, re.MULTILINE)


def holds_code(opened: Open) -> bool:
    """Whether code stands directly inside."""
    return opened.kind in ("bracket", "hole", "region")
