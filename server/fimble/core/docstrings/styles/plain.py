"""Plain PEP 257: the summary alone."""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style
from fimble.core.docstrings.styles.python import FRAME, escape


def lines(item: Item) -> tuple[Line, ...]:
    """One line."""
    return (Line(slot="summary"),)


PLAIN = Style("plain", FRAME, lines, escape, imperative=True)
