"""Reads a text from a place where something is open: what is open behind it, and what it closed.

No parser is asked: half-typed text is what is read here. What cannot be (a closer that closes
nothing, a string that its line's end cuts) is counted, and reading goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fimble.core.completion.opened import code_steps, markup_steps, modes
from fimble.core.completion.opened.kinds import Open, Stack
from fimble.core.completion.opened.reader import Closed, Reader, Step

_STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "until": code_steps.until,
        "block": code_steps.block,
        "line": code_steps.line,
        "note": markup_steps.note,
        "nested": code_steps.nested,
        "soft": code_steps.soft,
        "soft_end": code_steps.soft_end,
        "soft_quote": code_steps.soft_quote,
        "skip": code_steps.skip,
        "doubled": code_steps.skip,
        "escape": code_steps.skip,
        "quote": code_steps.quote,
        "regex": code_steps.regex,
        "tag": markup_steps.tag,
        "tag_end": markup_steps.tag_end,
        "element_end": markup_steps.element_end,
        "broken": markup_steps.broken,
        "stray": markup_steps.stray,
        "value": markup_steps.value,
        "script": markup_steps.script,
        "fence": markup_steps.fence,
        "prose": markup_steps.prose,
        "hole": code_steps.hole,
        "open": code_steps.open,
        "close": code_steps.close,
        "end": code_steps.end,
        "newline": code_steps.newline,
    }
)


LONGEST = 20_000
"""Of a text without a line break for longer than this only the end is read, in characters."""


@dataclass(frozen=True)
class Reading:
    """What became of a text. Places are counted from where it begins.

    Attributes:
        stack: What is open at its end, innermost last.
        kept: How many of those were open at its beginning.
        closed: What was open at its beginning and was closed by it, in order.
        strays: Where something closes nothing, or was cut.
        dropped: How many brackets in strings and comments were left open by them.
    """

    stack: Stack
    kept: int
    closed: tuple[Closed, ...]
    strays: tuple[int, ...]
    dropped: int

    @property
    def inside(self) -> Open | None:
        """What its end directly stands in; a soft bracket is passed over."""
        place = modes.ground(self.stack)
        return self.stack[place] if place >= 0 else None

    @property
    def own(self) -> Stack:
        """What the text itself leaves open."""
        return self.stack[self.kept :]


def read(language: str, stack: Stack, text: str, start: int = 0, base: int = 0) -> Reading:
    """Reads a text.

    Args:
        language: LSP identifier of the document.
        stack: What is open where it begins.
        text: Maybe what stands before the text, to be read along, and the text.
        start: Where the text itself begins.
        base: The document's offset of `text`.
    """
    reader = Reader(language, stack, text, base, _STEPS)
    reader.run(max(0, len(text) - LONGEST))
    edge = base + start
    closed = tuple(
        Closed(one.opened, max(0, one.start - start), one.end - start)
        for one in reader.closed
        if one.opened.offset < edge and one.end > start
    )
    strays = tuple(place - start for place in reader.strays if place >= start)
    kept = sum(one.offset < edge for one in reader.stack)
    return Reading(tuple(reader.stack), kept, closed, strays, reader.dropped)
