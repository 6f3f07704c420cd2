"""What the user has done to a document: changes as before and after, grouped as a person would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fimble.core.text.snapshot import Edit, apply_edits

KEPT = 32
"""Changes of a document that are remembered."""


@dataclass(frozen=True)
class Change:
    """One thing that the user did: one text in place of another.

    Attributes:
        start: Where, in the text before this change.
        old: What stood there.
        new: What stands there instead.
    """

    start: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The text after the change.

        Raises:
            ValueError: The text does not have `old` there.
        """
        end = self.start + len(self.old)
        if text[self.start : end] != self.old:
            raise ValueError(f"the text is another one at {self.start}")
        return apply_edits(text, (Edit(self.start, end, self.new),))


@dataclass(frozen=True)
class History:
    """The changes that led from one text to another.

    Attributes:
        before: The text before the first of them.
        changes: The oldest first, each in the text that the earlier ones have left.
    """

    before: str
    changes: tuple[Change, ...] = ()

    def texts(self) -> Iterable[str]:
        """The text before each change, and at last the one that stands now."""
        text = self.before
        yield text
        for change in self.changes:
            text = change.applied(text)
            yield text
