"""What stands around the cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from fimble.core.completion import opened
from fimble.core.completion.opened import Closed, Open, Reading, Stack
from fimble.core.text import embedded
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Snapshot
from fimble.core.text.syntax import SyntaxTree

_CLOSED_BY_EDITORS = frozenset({"bracket", "string", "hole", "soft"})


@dataclass(frozen=True)
class CursorContext:
    """A snapshot and a place in it.

    Attributes:
        snapshot: The document.
        offset: The cursor, in code points, `0 <= offset <= len(text)`.
    """

    snapshot: Snapshot
    offset: int

    @cached_property
    def prefix(self) -> str:
        """Everything before the cursor."""
        return self.snapshot.text[: self.offset]

    @cached_property
    def suffix(self) -> str:
        """Everything after the cursor."""
        return self.snapshot.text[self.offset :]

    @cached_property
    def line_prefix(self) -> str:
        """The cursor's line before the cursor."""
        return self.prefix[texts.line_start(self.prefix, self.offset) :]

    @cached_property
    def line_suffix(self) -> str:
        """The cursor's line after the cursor, without its line break."""
        text = self.snapshot.text
        return text[self.offset : texts.line_end(text, self.offset)]

    def tree(self) -> SyntaxTree | None:
        """The tree of what the cursor stands in, as `embedded.at` finds it."""
        return embedded.at(self.snapshot.language_id, self.snapshot.text, self.offset)

    def language(self) -> str:
        """The LSP identifier of the language that the cursor stands in."""
        tree = self.tree()
        return self.snapshot.language_id if tree is None else tree.language_id

    @cached_property
    def opened(self) -> Stack:
        """What is open at the cursor, innermost last."""
        return self._read("").stack

    @cached_property
    def inside(self) -> Open | None:
        """What the cursor directly stands in; a bracket in a string or comment is passed over."""
        return self.read("").inside

    @cached_property
    def opened_here(self) -> Stack:
        """The innermost of what is open: what was opened on the cursor's line."""
        start = self.offset - len(self.line_prefix)
        count = 0
        while count < len(self.opened) and self.opened[-1 - count].offset >= start:
            count += 1
        return self.opened[len(self.opened) - count :]

    @cached_property
    def opened_above(self) -> Stack:
        """What is open where the cursor's line begins."""
        start = self.offset - len(self.line_prefix)
        return opened.at(self.snapshot.language_id, self.snapshot.text, start)

    @cached_property
    def closed_here(self) -> tuple[Open, ...]:
        """What was open where the cursor's line begins and was closed on it."""
        start = self.offset - len(self.line_prefix)
        language = self.snapshot.language_id
        reading = opened.read(language, self.opened_above, self.line_prefix, base=start)
        return tuple(one.opened for one in reading.closed)

    def read(self, text: str) -> Reading:
        """Reads a text that would stand at the cursor."""
        reading = self._read(text)
        closed = tuple(one for one in reading.closed if one.opened in self.opened)
        return replace(reading, closed=closed)

    def _read(self, text: str) -> Reading:
        """The same; what begins before the cursor and becomes something in the text counts too."""
        line, start = self.line_prefix, self.offset - len(self.line_prefix)
        language = self.snapshot.language_id
        return opened.read(language, self.opened_above, line + text, len(line), start)

    @cached_property
    def behind(self) -> tuple[Closed, ...]:
        """What the rest of the cursor's line closes of what is open at the cursor, in order."""
        filler = "n" if self.line_prefix.endswith("\\") else ""
        closed = self.read(filler + self.line_suffix).closed
        return tuple(
            replace(one, start=one.start - len(filler), end=one.end - len(filler)) for one in closed
        )

    @cached_property
    def closers(self) -> str:
        """What behind the cursor closes the line's open brackets and quotes, "" if more follows.

        Mostly the editor added it as they were typed.
        """
        rest, place = self.line_suffix.rstrip(), 0
        for one in reversed(self.opened_here):
            if one.kind in _CLOSED_BY_EDITORS and one.end and rest.startswith(one.end, place):
                place += len(one.end)
            elif one.kind not in ("soft", "comment", "tag", "element"):
                break
        return rest if place == len(rest) else ""

    @cached_property
    def above_text(self) -> bool:
        """Whether only white space stands before the cursor on its line, and text after it."""
        return bool(not self.line_prefix.strip() and self.line_suffix.strip())

    @property
    def line_break(self) -> str:
        """The document's line break."""
        return texts.line_break(self.snapshot.text)


def from_snapshot(snapshot: Snapshot, offset: int) -> CursorContext:
    """The context of a cursor; an offset outside the text is moved to its nearest end."""
    return CursorContext(snapshot, min(max(offset, 0), len(snapshot.text)))


@dataclass(frozen=True)
class Selected:
    """The item that a completion menu has selected.

    Attributes:
        start: Offset where its text would go.
        end: Offset where what it replaces ends.
        text: Its text.
    """

    start: int
    end: int
    text: str


def with_selected(context: CursorContext, selected: Selected) -> CursorContext:
    """The context as it would be with the menu's selected item accepted."""
    snapshot = context.snapshot
    whole = snapshot.text[: selected.start] + selected.text + snapshot.text[selected.end :]
    return CursorContext(replace(snapshot, text=whole), selected.start + len(selected.text))
