"""The document with its half-typed line in order: what a suggestion is measured against.

A line that is being typed is mostly an error itself. What a suggestion may not do is break the
file that there is without that error, so the line is left out, closed, or completed with a
placeholder, and the least broken of these is the base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from types import MappingProxyType

from fimble.core.completion import opened
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Edit

_FILLS = MappingProxyType(
    {
        "json": ("", '"x": null', "null", '"x"', 'x": null', 'x"', "x", ": null"),
        "css": ("", "x", "x: x", "x {}"),
        "scss": ("", "x", "x: x", "x {}"),
        "yaml": ("", "x", "x: x", "x:"),
        "sql": ("", "x", "x()", "x = 1", "x text", "1"),
        "toml": ("", "1", "x = 1"),
    }
)
_ENDS = MappingProxyType(
    {"json": ("", ","), "python": ("", ":", " = 1"), "css": ("", ";"), "yaml": ("",), "toml": ("",)}
)
_OPENERS = MappingProxyType(
    {
        "json": ('"x": {', ": {", '": {', '"x": [', ": [", '": ['),
        "python": (),
        "yaml": (":",),
        "toml": (" = [",),
        "sql": (" (",),
    }
)
_DEFAULT_OPENERS = (" {", ": {", " = {", "(")
_ENDS_BEFORE_TEXT = ("", " =")
_ENDS_BEFORE_BLOCK_END = ("", ";")
_DEFAULT_FILLS, _DEFAULT_ENDS = ("", "x", "x()", "x = 1", '"x"', "x : x"), ("", ";", " {}", ",")


def removal(context: CursorContext, region: tuple[int, int] | None = None) -> Edit:
    """Leaves the cursor's line out.

    Args:
        context: The cursor.
        region: Offsets that the edit has to stay between.
    """
    first, last = region or (0, len(context.snapshot.text))
    start = context.offset - len(context.line_prefix)
    end = context.offset + len(context.line_suffix)
    return Edit(max(start, first), min(end, last), "")


def completions(context: CursorContext, language: str) -> Iterator[Edit]:
    """Completes the cursor's line in all the ways that a placeholder can, the likeliest first."""
    language = "json" if language == "jsonc" else language
    ends = _ENDS.get(language, _DEFAULT_ENDS)
    if context.line_suffix.strip():
        block_ends = context.line_suffix.lstrip().startswith("}")
        ends = _ENDS_BEFORE_BLOCK_END if block_ends else _ENDS_BEFORE_TEXT
    for close, end_mark in product(_closes(context), ends):
        for fill in _FILLS.get(language, _DEFAULT_FILLS):
            yield Edit(context.offset, context.offset, f"{fill}{close}{end_mark}")
    yield from openers(context, language)


def comment_ends(context: CursorContext) -> Iterator[Edit]:
    """Ends the comment that the cursor stands in, or says what is missing of an end behind it."""
    inside = context.inside
    end = inside.end if inside is not None and inside.kind == "comment" else ""
    for count in range(1, len(end) + 1):
        if context.line_suffix.startswith(end[count:]):
            yield Edit(context.offset, context.offset, end[:count])


def openers(context: CursorContext, language: str) -> Iterator[Edit]:
    """Completes the line with an opener of what the lines below close: they are indented deeper."""
    language = "json" if language == "jsonc" else language
    behind = context.line_suffix.rstrip()
    if behind != context.closers or not _begins_block(context):
        return
    for close, opener in product(_closes(context), _OPENERS.get(language, _DEFAULT_OPENERS)):
        kept = "" if close else behind
        for fill in ("", "x"):
            text = f"{fill}{kept}{close}{opener}"
            yield Edit(context.offset, context.offset + len(behind), text)


def _begins_block(context: CursorContext) -> bool:
    """Whether the line below is indented deeper than the cursor's line and the one above it."""
    above = context.prefix[: len(context.prefix) - len(context.line_prefix)].splitlines()
    below = context.suffix[len(context.line_suffix) :].splitlines()
    here = _indent(context.line_prefix)
    before = next((_indent(line) for line in reversed(above) if line.strip()), 0)
    behind = next((_indent(line) for line in below if line.strip()), 0)
    return behind > max(here, before)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _closes(context: CursorContext) -> Iterable[str]:
    """What may close the line: all that it opens, that without its elements, nothing."""
    behind = [one.opened for one in context.behind]
    here = [one for one in context.opened_here if one not in behind]
    inner = tuple(one for one in here if one.kind != "element")
    return dict.fromkeys((opened.closing(inner), opened.closing(tuple(here)), ""))


def texts(context: CursorContext, language: str) -> Iterator[str]:
    """The whole document after each of the repairs."""
    whole = context.snapshot.text
    for edit in (removal(context), *completions(context, language)):
        yield f"{whole[: edit.start]}{edit.new_text}{whole[edit.end :]}"
