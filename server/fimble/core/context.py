"""What stands around the cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from fimble.core import text as texts
from fimble.core.brackets import balance
from fimble.core.text import Snapshot


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

    @cached_property
    def closers(self) -> str:
        """What behind the cursor closes the line's open brackets and quotes, "" if more follows.

        Mostly the editor added it as they were typed.
        """
        rest = self.line_suffix.rstrip()
        return rest if rest and balance(self.line_prefix).opened.startswith(rest) else ""

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
