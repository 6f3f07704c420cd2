"""Tags of JSDoc, TSDoc, Javadoc, Doxygen, phpDocumentor and YARD."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from fimble.core.docstrings.reading.facts import Entry, Reading, Row, bare, starred

_TAG = re.compile(r"\s*[@\\](?P<tag>!?[A-Za-z][\w-]*)")
_PARAMETER = ("param", "arg", "argument")
_SEEN = ("option", "phpstan-param", "psalm-param", "property", "prop", "tparam", "typeParam")
_ELSEWHERE = re.compile(
    r"\{?[@\\](?:inheritdoc|copydoc|copydetails|overload|macro|!method|!macro)\b"
    r"|^[^\S\n]*(?:@param[^\S\n]+)?\(see [#\w]",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE = re.compile(r"\s*(?:```|~~~|[@\\](?:end)?(?:code|verbatim)\b|</?pre\b)")
_PAIRS = MappingProxyType({"{": "}", "[": "]", "(": ")", "<": ">"})
_JSDOC_NAME = re.compile(r"(?:\.\.\.)?(?P<name>[\w$]+(?:\[\]|\.[\w$]+)*)(?=[\s\]=,:;-]|\.?$|\.\s)")
_PHP_NAME = re.compile(r"(?:\.\.\.)?&?(?:\.\.\.)?\$(\w+)")
_WORD = re.compile(r"[^\W\d]\w*")


def read(rows: list[Row], language_id: str) -> Reading:
    """The parameters that tags name; what is nested in another tag is not understood."""
    entries: list[Entry] = []
    seen: set[str] = set()
    fenced = worded = False
    outermost = min((row.depth for row in rows if _TAG.match(row.words)), default=0)
    for index, row in enumerate(rows):
        fenced ^= len(_FENCE.findall(row.words)) % 2 == 1 and "</pre" not in row.words[:5]
        match = None if fenced else _TAG.match(row.words)
        if match is None or match["tag"] not in (*_PARAMETER, *_SEEN):
            continue
        last = _last(rows, index, language_id)
        said = [row.words[match.end() :], *(r.words for r in rows[index + 1 : last + 1])]
        text = "\n".join(said)
        names = _FORMS.get(language_id, _javadoc)(text)
        nested = language_id == "ruby" and row.depth > outermost
        if names and match["tag"] in _PARAMETER and not nested:
            marked = starred(names) if language_id == "ruby" else frozenset[str]()
            entries.append(Entry(names, index, last, "tags", (index, last), starred=marked))
            worded = worded or not _is_annotation(language_id, text, names[0])
        else:
            seen |= set(_WORD.findall(text))
    everything = "\n".join(row.words for row in rows)
    blocks = language_id == "ruby" and re.search(r"@yield", everything) is not None
    whole = _ELSEWHERE.search(everything) is None
    return Reading(
        tuple(rows), tuple(entries), frozenset(seen), whole, blocks, annotates=not worded
    )


def _is_annotation(language_id: str, text: str, name: str) -> bool:
    """Whether a tag gives a type alone, in a language whose signatures give types too."""
    return language_id == "php" and text.rstrip().endswith(f"${name}")


def _last(rows: list[Row], first: int, language_id: str) -> int:
    """A tag ends before the next one, and behind a blank row unless what follows is indented."""
    last, paused = first, False
    braces = _surplus(rows[first].words)
    for index in range(first + 1, len(rows)):
        row = rows[index]
        deeper = row.depth > rows[first].depth
        if braces > 0 and not _TAG.match(row.words):
            last, braces = index, braces + _surplus(row.words)
        elif row.blank:
            paused = True
        elif _TAG.match(row.words) or (not deeper and (paused or language_id == "ruby")):
            break
        else:
            last = index
    return last


def _surplus(words: str) -> int:
    return words.count("{") - words.count("}")


def _closed(text: str) -> int:
    """Where the bracket that a text begins with is closed, behind it; 0 if it is not."""
    open_brackets: list[str] = []
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and _paired(text, index):
            quote = character
        elif character in _PAIRS:
            open_brackets.append(_PAIRS[character])
        elif character == ">" and text[index - 1] in "=-":
            continue
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return index + 1
    return 0


def _paired(text: str, index: int) -> bool:
    return text.find(text[index], index + 1) > 0


def _jsdoc(text: str) -> tuple[str, ...]:
    """`{type} name`, `[name=default]`, `name.property`."""
    rest = text.lstrip()
    if rest.startswith("{"):
        end = _closed(rest)
        if not end:
            return ()
        rest = rest[end:].lstrip()
    if rest.startswith("["):
        rest = rest[1 : _closed(rest) - 1 or None].lstrip()
    match = _JSDOC_NAME.match(rest)
    if match is None or match["name"][0].isdigit():
        return ()
    return (match["name"].replace("[]", ""),)


def _javadoc(text: str) -> tuple[str, ...]:
    match = re.match(r"\s+(?P<name>[\w$]+)(?=\W|$)", text)
    return (match["name"],) if match is not None and not match["name"][0].isdigit() else ()


def _doxygen(text: str) -> tuple[str, ...]:
    """With a direction, and with several names between commas."""
    match = re.match(r"\s*(?:\[[\w\s,]*\])?\s*(?P<names>\w+(?:,\w+)*)(?=\W|$)", text)
    if match is None or match["names"][0].isdigit():
        return ()
    return tuple(match["names"].split(","))


def _phpdoc(text: str) -> tuple[str, ...]:
    """The first variable that stands in no brackets and no quotation marks of the type."""
    at = 0
    while at < len(text):
        match = _PHP_NAME.match(text, at)
        if match is not None:
            return (match[1],)
        if text[at] in _PAIRS:
            end = _closed(text[at:])
            if not end:
                return ()
            at += end
        elif text[at] in "'\"" and _paired(text, at):
            at = text.index(text[at], at + 1) + 1
        else:
            at += 1
    return ()


def _yard(text: str) -> tuple[str, ...]:
    """The type before or behind the name."""
    rest = text.lstrip()
    if rest[:1] in _PAIRS and rest:
        end = _closed(rest)
        if not end:
            return ()
        rest = rest[end:].lstrip()
    match = re.match(r"[*&]{0,2}(?P<name>[^\W\d]\w*)(?=[\s:,;.]|$)", rest)
    return (bare(match["name"]),) if match is not None else ()


_FORMS: Mapping[str, Callable[[str], tuple[str, ...]]] = MappingProxyType(
    {
        "javascript": _jsdoc,
        "javascriptreact": _jsdoc,
        "typescript": _jsdoc,
        "typescriptreact": _jsdoc,
        "java": _javadoc,
        "c": _doxygen,
        "cpp": _doxygen,
        "php": _phpdoc,
        "ruby": _yard,
    }
)
