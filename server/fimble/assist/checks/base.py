"""What every checker is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot


@dataclass(frozen=True)
class NoAnswer:
    """A tool is missing, failed, took too long, or was stopped; false, as no finding is.

    Attributes:
        reason: Why, in a few words that end without a full stop; "" if there is no need to tell.
    """

    reason: str = ""

    def __bool__(self) -> Literal[False]:
        """Never true, so that `checker.check(...) or ()` are the findings."""
        return False


Findings = tuple[Diagnostic, ...] | NoAnswer


class Checker(Protocol):
    """A tool that finds things in a text, without changing anything."""

    @property
    def name(self) -> str:
        """The tool's name, in lower case; what a client's diagnostics call their source."""

    def covers(self, language_id: str) -> bool:
        """Whether it knows the language."""

    def check(self, snapshot: Snapshot, kind: str = "") -> Findings:
        """Everything it finds.

        Args:
            snapshot: The text, and where it stands: the project's configuration counts.
            kind: A rule that has to be looked for even where the configuration leaves it out.

        Returns:
            The findings; `NoAnswer` if the tool is missing, failed, or took too long.
        """

    def explain(self, kind: str) -> str:
        """What a rule wants, with an example, as Markdown; "" if it does not say."""
