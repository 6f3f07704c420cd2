"""What a documentation says, row by row; what is not understood is marked so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

RULE = re.compile(r"\s*[-=]{3,}\s*")
"""A row that underlines the title of a section."""

_CUSTOMARY = ("args", "kwargs", "kw", "kwds", "opts")

Form = Literal["google", "numpy", "sphinx", "tags", "elements"]


@dataclass(frozen=True)
class Row:
    """One line of a documentation, taken out of its frame.

    Attributes:
        lead: What frames it on the left: quotation marks, a comment's mark with its indentation.
        words: What it says, with the white space before it.
        tail: What ends the documentation, "" on all rows but the last.
    """

    lead: str
    words: str
    tail: str = ""

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        return self.lead + self.words + self.tail

    @property
    def blank(self) -> bool:
        """Whether it says nothing."""
        return not self.words.strip()

    @property
    def indent(self) -> str:
        """The white space before its words."""
        return self.words[: len(self.words) - len(self.words.lstrip(" \t"))]

    @property
    def depth(self) -> int:
        """The columns of that."""
        return len(self.indent.expandtabs(8))


@dataclass(frozen=True)
class Entry:
    """What is said of one parameter, or of several at once.

    Attributes:
        names: The parameters, without stars and sigils.
        first: Index of its first row.
        last: Index of its last row.
        form: How it is written.
        section: The rows of its section, title included; its own where there is none.
        typed: Whether it gives a type alone and documents nothing.
        starred: Those of the names that stars mark: they are no keys of another parameter.
    """

    names: tuple[str, ...]
    first: int
    last: int
    form: Form
    section: tuple[int, int] = (0, -1)
    typed: bool = False
    starred: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A documentation, read.

    Attributes:
        rows: All of it.
        entries: What is understood, in order.
        seen: Words of entries that are not understood: a parameter among them may be documented.
        whole: False where parameters are, or may be, documented somewhere else.
        blocks: Whether it documents the block that a function takes.
        stars: Stars of parameters that its prose tells of: "*" of positional arguments, "**" of
            those by keyword.
        annotates: Whether it only gives types, those that the signature cannot say.
        listed: Whether it documents the items of a parameter in the place of that.
    """

    rows: tuple[Row, ...] = ()
    entries: tuple[Entry, ...] = ()
    seen: frozenset[str] = frozenset()
    whole: bool = True
    blocks: bool = False
    stars: frozenset[str] = frozenset()
    annotates: bool = False
    listed: bool = False


def starred(names: Iterable[str]) -> frozenset[str]:
    """Those that are marked with stars, or named as only a parameter with stars is, made bare."""
    return frozenset(bare(n) for n in names if "*" in n or n in _CUSTOMARY)


def bare(name: str) -> str:
    """A name without stars, dots, sigils and backslashes in front."""
    return name.lstrip("\\*.&$@#")
