"""How long work reports how far it is, without knowing about terminals."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by an installation what it is doing. Calls come from one thread."""

    def note(self, text: str) -> None:
        """One line worth reading: a stage begins, a source does not answer."""

    def start(self, label: str, total: int) -> None:
        """A transfer of `total` bytes begins."""

    def at(self, done: int) -> None:
        """`done` bytes of the transfer are here; may go back when a source is given up."""

    def finish(self) -> None:
        """The transfer has ended, well or not."""


class Silent:
    """Says nothing."""

    def note(self, text: str) -> None:
        """Ignores `text`."""

    def start(self, label: str, total: int) -> None:
        """Ignores the transfer."""

    def at(self, done: int) -> None:
        """Ignores the position."""

    def finish(self) -> None:
        """Ignores the end."""
