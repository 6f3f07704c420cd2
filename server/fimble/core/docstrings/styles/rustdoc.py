"""Rust documentation (Rust API guidelines, C-FAILURE): prose and named sections."""

from __future__ import annotations

import re

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import BLANK, Frame, Line, Style

FRAME = Frame("", "/// ", "")


def lines(item: Item) -> tuple[Line, ...]:
    """Summary, then Errors, Panics and Safety where the signature or the body asks for them."""
    result = [Line(slot="summary")]
    if "result" in item.details.traits:
        result += [BLANK, Line("# Errors"), BLANK, Line("Returns an error if ", "raises", "error")]
    if "panics" in item.details.traits:
        result += [BLANK, Line("# Panics"), BLANK, Line("Panics if ", "panics")]
    if "unsafe" in item.details.traits:
        result += [BLANK, Line("# Safety"), BLANK, Line("The caller must ensure that ", "safety")]
    return tuple(result)


def escape(words: str) -> str:
    """Markup and links are syntax there, outside of code spans."""
    parts = words.split("`")
    return "`".join(
        part if n % 2 else re.sub(r"([<>\[\]])", r"\\\1", part) for n, part in enumerate(parts)
    )


RUSTDOC = Style("rustdoc", FRAME, lines, escape)
