"""What happens in pages, tags, elements and fences; steps as in `code_steps`."""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.completion.opened import lexicons, modes, tags
from fimble.core.completion.opened.kinds import Open
from fimble.core.completion.opened.reader import Reader

_KEY = re.compile(r"[ ]*(?:- +)*(?=\S)")
_AFTER_TAG = re.compile(r"(?:^|[=(,:\[!&|?{};>\n]|(?<!\w)(?:return|case|default|yield|else))\s*\Z")


def note(reader: Reader, match: re.Match[str], _: int) -> int:
    """A comment of a page."""
    reader.push(Open("comment", match[0], "-->", reader.place(match), reader.inside))
    return match.end()


def tag(reader: Reader, match: re.Match[str], _: int) -> int:
    """A start tag: what it begins is open, and the tag itself."""
    in_code = not reader.stack or modes.holds_code(reader.stack[-1])
    if in_code and lexicons.of(reader.inside).text == "code":
        before = _AFTER_TAG.search(reader.text, max(0, match.start() - 40), match.start())
        if not before:
            return match.end()
    name = tags.name(reader.text, match.end())
    begin = f"<{name}"
    reader.push(Open("element", begin, f"</{name}>", reader.place(match), reader.inside))
    reader.push(Open("tag", begin, ">", reader.place(match), reader.inside))
    return match.end() + len(name)


def tag_end(reader: Reader, match: re.Match[str], _: int) -> int:
    """The end of a tag; of a start tag without an element's end, of that too."""
    place = reader.top()
    tag = reader.stack[place]
    reader.pop(place, match.start(), match.end())
    if tag.begin.startswith("</"):
        return close_element(reader, tag.begin[2:], tag.offset - reader.base, match.end())
    alone = match[0] == "/>" or tags.is_void(tag)
    if alone and reader.stack and reader.stack[-1].kind == "element":
        reader.cut(place - 1)
    elif not alone:
        region = tags.region(tag, reader.text[max(0, tag.offset - reader.base) : match.start()])
        if region is not None:
            reader.push(replace(region, offset=reader.base + match.end()))
    return match.end()


def element_end(reader: Reader, match: re.Match[str], _: int) -> int:
    """An end tag, up to its `>`."""
    reader.push(Open("tag", match[0].rstrip(), ">", reader.place(match), reader.inside))
    return match.end()


def close_element(reader: Reader, name: str, start: int, end: int) -> int:
    """Closes an element by its name."""
    for place in reader.down():
        one = reader.stack[place]
        if one.kind not in ("element", "soft"):
            break
        if one.begin == f"<{name}":
            reader.pop(place, max(0, start), end)
            return end
    reader.strays.append(max(0, start))
    return end


def broken(reader: Reader, match: re.Match[str], _: int) -> int:
    """A tag inside of a tag: the outer one was left."""
    reader.strays.append(match.start())
    reader.cut(len(reader.stack) - 1)
    return match.start()


def stray(reader: Reader, match: re.Match[str], _: int) -> int:
    """A brace that closes nothing."""
    reader.strays.append(match.start())
    return match.end()


def value(reader: Reader, match: re.Match[str], _: int) -> int:
    """The quote of an attribute."""
    begun = reader.text[max(0, match.start() - 80) : match.start()]
    opened = tags.value(match[0], begun, reader.inside)
    reader.push(replace(opened, offset=reader.place(match)))
    return match.end()


def script(reader: Reader, match: re.Match[str], _: int) -> int:
    """PHP inside of a page."""
    reader.push(Open("region", match[0], "", reader.place(match), "php", until=r"\?>"))
    return match.end()


def fence(reader: Reader, match: re.Match[str], _: int) -> int:
    """A fence of Markdown."""
    reader.push(replace(tags.fence(match["ticks"], match["name"]), offset=reader.place(match)))
    return match.end()


def prose(reader: Reader, match: re.Match[str], _: int) -> int:
    """Text that belongs to its key, or its item of a list, by being indented deeper."""
    line = reader.text[reader.text.rfind("\n", 0, match.start()) + 1 : match.start()]
    key = _KEY.match(line) if ":" in line else None
    indent = len(key[0]) if key else len(line) - len(line.lstrip())
    until = rf"^(?=[ ]{{0,{indent}}}\S)"
    reader.push(Open("region", match[0], "", reader.place(match), "prose", until=until))
    return match.end()
