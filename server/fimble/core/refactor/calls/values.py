"""Functions and their calls as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fimble.core.text.snapshot import Edit


class Kind(Enum):
    """How a parameter gets its argument."""

    PLACE = "by its place"
    EITHER = "by its place or its name"
    NAME = "by its name"
    REST = "all places that are left"
    NAMES = "all names that are left"


@dataclass(frozen=True)
class Parameter:
    """A parameter.

    Attributes:
        name: Its name.
        kind: How it gets its argument.
        default: What it is without one, as text; None if there has to be one.
    """

    name: str
    kind: Kind
    default: str | None = None


@dataclass(frozen=True)
class Argument:
    """An argument of a call.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        name: The parameter that it names, "" if it has a place only.
        value: Where its value begins.
        bare: Whether it needs parentheses of its own beside others.
    """

    start: int
    end: int
    name: str
    value: int
    bare: bool = False


@dataclass(frozen=True)
class Call:
    """A call in a text.

    Attributes:
        text: The text.
        open: Where what is between its parentheses begins.
        close: Where that ends.
        arguments: In the order of the text.
    """

    text: str
    open: int
    close: int
    arguments: tuple[Argument, ...]

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """What stands before, between and behind the arguments."""
        ends = [self.open, *(a.end for a in self.arguments)]
        starts = [*(a.start for a in self.arguments), self.close]
        return [*zip(ends, starts, strict=True)]


@dataclass(frozen=True)
class Declared:
    """A function in a text.

    Attributes:
        name: Its name.
        start: Where that begins.
        parameters: In the order of the text, `self` among them.
        written: Where they stand, one as an argument each.
        is_of_file: Whether other files can import it.
    """

    name: str
    start: int
    parameters: tuple[Parameter, ...]
    written: Call
    is_of_file: bool = False


@dataclass(frozen=True)
class Filled:
    """An edit, with parts of its text that only the user knows.

    Attributes:
        edit: The edit.
        holes: The parts, as offsets in its text.
    """

    edit: Edit
    holes: tuple[tuple[int, int], ...] = ()
