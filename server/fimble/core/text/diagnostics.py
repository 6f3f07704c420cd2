"""What a tool found in a document, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from fimble.core.text.snapshot import Edit

SYNTAX = "syntax"
"""The code of our own parser's findings."""


@dataclass(frozen=True)
class Diagnostic:
    """A finding in one document.

    Attributes:
        start: Where it begins, in code points.
        end: Where it ends.
        message: What the tool says.
        code: The rule, "" if the tool names none.
        source: The tool, in lower case.
        fix: The tool's own edits for it, none if it has none.
        fix_is_safe: Whether the tool promises that they keep behaviour.
    """

    start: int
    end: int
    message: str
    code: str = ""
    source: str = ""
    fix: tuple[Edit, ...] = ()
    fix_is_safe: bool = False

    @property
    def kind(self) -> str:
        """What makes two findings the same kind: the rule or, without one, the message."""
        return self.code or self.message
