"""What assists take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from fimble.core.actions import Arguments
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.engine.cancel import CancelToken
from fimble.errors import UsageError
from fimble.generation.request import TextGenerator

_Value = TypeVar("_Value", int, str)


class Progress(Protocol):
    """Tells the user what happens; called on any thread, as often as there is news."""

    def __call__(self, message: str, percentage: int | None = None) -> None:
        """Shows `message` and, where the length of the work is known, 0 to 100."""


def silent(message: str, percentage: int | None = None) -> None:
    """Shows no progress."""


Draft = Callable[[str], None]
"""Shows the code that the model is writing, from its beginning; called as `Progress` is."""


def hidden(text: str) -> None:
    """Shows no draft."""


@dataclass(frozen=True)
class Task:
    """What an assist works on, and with.

    Attributes:
        generator: The model.
        snapshot: The document.
        arguments: The offer's; offsets refer to the snapshot.
        cancel: Ends the work.
        progress: Told what happens.
        draft: Given the code as it grows, before anything has checked it.
    """

    generator: TextGenerator
    snapshot: Snapshot
    arguments: Arguments
    cancel: CancelToken = field(default_factory=CancelToken)
    progress: Progress = silent
    draft: Draft = hidden

    @property
    def selection(self) -> tuple[int, int]:
        """The arguments' `start` and `end`, within the document and in order.

        Raises:
            UsageError: One is missing.
        """
        length = len(self.snapshot.text)
        start = min(max(required(self.arguments, "start", int), 0), length)
        return start, min(max(required(self.arguments, "end", int), start), length)


@dataclass(frozen=True)
class Outcome:
    """What an assist comes to.

    Attributes:
        edits: Changes to the snapshot, none if nothing may be changed.
        message: What the user should hear; never empty where `edits` and `markdown` are.
        level: How the edits were checked, for example "code unchanged"; "" without edits.
        markdown: A document to show, "" for none.
        warning: What the user has to hear before the edits are made, "" for nothing.
    """

    edits: tuple[Edit, ...] = ()
    message: str = ""
    level: str = ""
    markdown: str = ""
    warning: str = ""


Assist = Callable[[Task], Outcome]
"""Does what an offer promised: generates, checks and answers.

It blocks, so it runs on a thread of its own (`generation.lending`). A `FimbleError` says that it
cannot be done; its message is for the user.
"""

Ahead = Callable[[Task], None]
"""Has the model read what an offer would need; nobody waits for it. Raises as an `Assist`."""


def required(arguments: Mapping[str, object], name: str, kind: type[_Value]) -> _Value:
    """An argument that must be there; what comes from a client may be anything.

    Raises:
        UsageError: It is missing or of another type.
    """
    value = arguments.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise UsageError(f"The argument {name!r} must be of type {kind.__name__}, not {value!r}.")
    return value
