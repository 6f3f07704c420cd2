"""Documentation that is there already: which parameters it names, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fimble.core.docstrings.facts import Item


@dataclass(frozen=True)
class Entry:
    """What an existing documentation says of one parameter.

    Attributes:
        name: The parameter, without stars and sigils.
        first: Index of its first line.
        last: Index of its last line.
    """

    name: str
    first: int
    last: int


_TAG = re.compile(
    r"^[\s/*#!]*[@\\]param(?:\[[\w,\s]*\])?\s+(?:\{[^}]*\}+\s+|\[[\w:<>, |]+\]\s+)?"
    r"(?:[\w\\|?<>\[\],]+\s+(?=(?:\.\.\.)?&?\$))?\[?(?P<name>(?:\.\.\.)?&?[$\w][\w.$]*)"
)
_ANY_TAG = re.compile(r"^[\s/*#!]*[@\\]\w+|^[\s/*#!]*\*/|^[\s/*#!]*$")
_XML = re.compile(r'<param name="(?P<name>[^"]+)">')
_FIELD = re.compile(r"^\s*:(?:param|parameter|arg|argument)\s(?:[^:]*\s)?(?P<name>\*{0,2}\w+):")
_ANY_FIELD = re.compile(r"^\s*:\w+|^\s*$|\"\"\"|'''")
_TITLE = re.compile(
    r"^(?P<margin>\s*)(Args|Arguments|Parameters|Params|Keyword Args|Other Parameters)"
    r"(?P<colon>:?)\s*$"
)
_GOOGLE = re.compile(r"^(?P<margin>\s+)(?P<name>\*{0,2}\w+)(?:\s*\([^)]*\)+)?\s*:")
_NUMPY = re.compile(r"^(?P<margin>\s*)(?P<name>\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")


def bare(name: str) -> str:
    """A name without stars, dots and sigils in front."""
    return name.lstrip("*.&$")


def entries(language_id: str, existing: str) -> tuple[Entry, ...]:
    """The parameters that a documentation names, whatever its style."""
    lines = existing.split("\n")
    if language_id == "python":
        return tuple(_fields(lines) or _sections(lines))
    if language_id == "csharp":
        return tuple(_elements(lines))
    return tuple(_tags(lines))


def _tags(lines: list[str]) -> list[Entry]:
    found = []
    for index, line in enumerate(lines):
        match = _TAG.match(line)
        if match:
            found.append(Entry(bare(match["name"]), index, _run(lines, index, _ANY_TAG)))
    return found


def _elements(lines: list[str]) -> list[Entry]:
    found = []
    for index, line in enumerate(lines):
        match = _XML.search(line)
        if match:
            last = next((n for n in range(index, len(lines)) if "</param>" in lines[n]), index)
            found.append(Entry(match["name"], index, last))
    return found


def _fields(lines: list[str]) -> list[Entry]:
    found = []
    for index, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            found.append(Entry(bare(match["name"]), index, _run(lines, index, _ANY_FIELD)))
    return found


def _run(lines: list[str], first: int, end: re.Pattern[str]) -> int:
    """The last line of an entry, which ends before the next line that matches."""
    for index in range(first + 1, len(lines)):
        if end.search(lines[index]):
            return index - 1
    return len(lines) - 1


def _sections(lines: list[str]) -> list[Entry]:
    """Entries of Google's and NumPy's parameter sections."""
    found: list[Entry] = []
    for index, line in enumerate(lines):
        title = _TITLE.match(line)
        if title is None or index + 1 >= len(lines):
            continue
        ruled = re.fullmatch(r"\s*-{3,}\s*", lines[index + 1]) is not None
        if ruled:
            found += _section(lines, index + 2, _NUMPY, title["margin"], ruled=True)
        elif title["colon"]:
            found += _section(lines, index + 1, _GOOGLE, title["margin"], ruled=False)
    return found


def _section(
    lines: list[str], start: int, entry: re.Pattern[str], margin: str, *, ruled: bool
) -> list[Entry]:
    found: list[Entry] = []
    depth = ""
    for index in range(start, len(lines)):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if '"""' in line or "'''" in line or (ruled and re.fullmatch(r"\s*-{3,}\s*", following)):
            break
        if not line.strip():
            if not ruled:
                break
            continue
        indent = line[: len(line) - len(line.lstrip())]
        if not ruled and len(indent) <= len(margin):
            break
        match = entry.match(line)
        if match and ((ruled and indent == margin) or (not ruled and indent == (depth or indent))):
            depth = indent
            found += [Entry(bare(n.strip()), index, index) for n in match["name"].split(",")]
        elif found:
            last = found[-1]
            found[-1] = Entry(last.name, last.first, index)
    return found


def missing(item: Item, language_id: str) -> tuple[str, ...]:
    """Parameters that a documentation with parameters does not name."""
    named = {entry.name for entry in entries(language_id, item.place.existing)}
    names = [bare(p.name) for p in item.details.parameters if "." not in bare(p.name)]
    if not named or _destructured(item):
        return ()
    return tuple(name for name in names if name not in named)


def vanished(item: Item, language_id: str) -> tuple[str, ...]:
    """Names that a function's documentation gives to parameters that do not exist."""
    if item.kind != "function" or _destructured(item):
        return ()
    known = {bare(parameter.name) for parameter in item.details.parameters}
    known |= set(item.details.generics)
    found = (entry.name for entry in entries(language_id, item.place.existing))
    return tuple(dict.fromkeys(name for name in found if name.split(".")[0] not in known))


def _destructured(item: Item) -> bool:
    """Whether a parameter has no name of its own, so that documentation may choose one."""
    roots = [p.name for p in item.details.parameters]
    return any(name.rstrip("0123456789") in ("options", "items") for name in roots) and any(
        "." in bare(name) for name in roots
    )
