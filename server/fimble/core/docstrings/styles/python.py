"""What Python's styles share: the frame of a docstring."""

from __future__ import annotations

from fimble.core.docstrings.skeleton import Frame

FRAME = Frame('"""', "", '"""', inline=True)


def escape(words: str) -> str:
    """Neither a quotation mark's end nor an escape sequence."""
    return words.replace("\\", "/").replace('"', "'")
