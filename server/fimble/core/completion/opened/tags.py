"""What tags, attributes and fences begin: elements without an end, text of other languages."""

from __future__ import annotations

import re

from fimble.core.completion.opened.kinds import Open, Quoted
from fimble.core.text import languages

_NAME = re.compile(r"!?[\w.:-]*")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "!doctype",
    ]
)
_PAGES = frozenset({"html", "vue", "svelte", "php"})
_RAW = frozenset({"<script", "<style"})
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]*)\s*=\s*\Z""")
_CODE_ATTRIBUTE = re.compile(r"[:@#]|v-|on[a-z]+\Z")
_VALUES = {
    (quote, holes): Quoted(quote, quote, True, "", holes=(("{", "}"),) if holes else ())
    for quote in "\"'"
    for holes in (True, False)
}


def name(text: str, start: int) -> str:
    """The name of a tag behind its `<`; "" for a fragment."""
    match = _NAME.match(text, start)
    return match[0] if match else ""


def is_void(tag: Open) -> bool:
    """Whether an element has no end."""
    return tag.language in _PAGES and tag.begin[1:].lower() in _VOID


def region(tag: Open, source: str) -> Open | None:
    """The script or style that a tag begins, None for other tags."""
    if tag.begin.lower() not in _RAW or tag.language not in _PAGES:
        return None
    language = languages.of_element(source)
    return Open("region", source, "", 0, language, until=rf"(?=</{tag.begin[1:]})")


def value(quote: str, before: str, language: str) -> Open:
    """What an attribute's quote begins: text, or code where the attribute's name says so."""
    match = _ATTRIBUTE.search(before)
    attribute = match[1] if match else ""
    if language in ("vue", "html") and _CODE_ATTRIBUTE.match(attribute):
        return Open("region", quote, quote, 0, "javascript", until=quote)
    return Open("string", quote, quote, 0, language, _VALUES[quote, language == "svelte"])


def fence(ticks: str, info: str) -> Open:
    """A fence of Markdown."""
    language = languages.canonical(info.lower()) if info else "plaintext"
    until = rf"^[ \t>]*{ticks[0]}{{{len(ticks)},}}[ \t]*$"
    return Open("region", ticks, f"\n{ticks}", 0, language, until=until)


def hole_language(language: str) -> str:
    """What stands in the holes of a text: a page's own script, otherwise the same language."""
    return "typescript" if language in _PAGES else language
