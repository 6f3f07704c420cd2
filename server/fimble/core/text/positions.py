"""Places in a text as LSP counts them: lines, and code units in a line.

A line ends with LF, CRLF or CR and with nothing else: form feeds and U+2028 are characters. All of
it costs a few passes at the speed of memory, also in lines of megabytes, because it is asked at
every keystroke.
"""

from __future__ import annotations

import re

_WIDTHS = {"utf-16": ("utf-16-le", 2), "utf-8": ("utf-8", 1)}
"""Codec, and bytes of a code unit; UTF-32 counts code points."""
_PIECE = 65_536
"""Characters that are counted at a time."""
_FEW = 4096
"""Characters whose lines are counted one by one."""
_LONE = re.compile(r"\r(?!\n)")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def offset_at(text: str, line: int, character: int, encoding: str) -> int:
    """The code-point offset of a position.

    Beyond the end of its line it is the line's end, before the line break; beyond the last line
    the text's end; within a character, its beginning.

    Args:
        text: The document.
        line: From 0.
        character: From 0, in code units of `encoding`.
        encoding: "utf-8", "utf-16" or "utf-32".
    """
    start = _line_start(text, line)
    if start is None:
        return len(text)
    if encoding not in _WIDTHS or text.isascii():
        return start + min(character, _line_end(text, start) - start)
    head = text[start : min(_line_end(text, start), start + character)]
    return start + _fitting(head, character, encoding)


def position_at(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """Line and character of a code-point offset; between CR and LF it is before both."""
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        offset -= 1
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    if "\r" in text:
        line += text.count("\r", 0, offset) - text.count("\r\n", 0, offset)
        start = max(start, text.rfind("\r", 0, offset) + 1)
    if encoding not in _WIDTHS or text.isascii():
        return line, offset - start
    return line, units(text[start:offset], encoding)


def units(text: str, encoding: str) -> int:
    """How many code units a text has."""
    if encoding not in _WIDTHS or text.isascii():
        return len(text)
    codec, width = _WIDTHS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def replaced(text: str, start: int, end: int, new: str) -> str:
    """`text` with `new` in place of `text[start:end]`.

    Halves of a character that come to stand side by side are one character, as in the client.
    """
    start, end = min(start, end), max(start, end)
    whole = "".join((text[:start], new, text[end:]))
    seam = max(0, start - 1), start + len(new) + 1
    if not whole.isascii() and _HALVES.search(whole, *seam):
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return whole


def _line_start(text: str, line: int) -> int | None:
    """Where a line begins, None if there are not so many."""
    if _LONE.search(text):  # of the same length, with one mark for every line break
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    start, end, passed = 0, len(text), 0
    while end - start > _FEW:
        middle = (start + end) // 2
        breaks = text.count("\n", start, middle)
        if passed + breaks < line:
            start, passed = middle, passed + breaks
        else:
            end = middle
    for _ in range(line - passed):
        start = text.find("\n", start) + 1
        if not start:
            return None
    return start if line else 0


def _line_end(text: str, start: int) -> int:
    """Where the line that begins at `start` ends, before its break."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    carriage = text.find("\r", start, end)
    return end if carriage < 0 else carriage


def _fitting(head: str, character: int, encoding: str) -> int:
    """How many of the characters of `head` lie wholly before a unit."""
    codec, width = _WIDTHS[encoding]
    cut = character * width
    for start in range(0, len(head), _PIECE):
        data = head[start : start + _PIECE].encode(codec, "surrogatepass")
        if len(data) > cut:
            return start + _whole(data, cut, encoding)
        cut -= len(data)
    return len(head)


def _whole(data: bytes, cut: int, encoding: str) -> int:
    """How many characters lie wholly in the first `cut` bytes."""
    codec, width = _WIDTHS[encoding]
    while _continues(data, cut, width):
        cut -= width
    return len(data[:cut].decode(codec, "surrogatepass"))


def _continues(data: bytes, cut: int, width: int) -> bool:
    """Whether the unit at `cut` is a later one of its character."""
    if width == 1:
        return data[cut] & 0xC0 == 0x80
    low = 0xDC <= data[cut + 1] < 0xE0
    return low and cut >= 2 and 0xD8 <= data[cut - 1] < 0xDC
