"""What actions take and give.

An action looks at a place in a document and offers what could be done there. It never calls
the model and takes milliseconds: it runs whenever the user moves the cursor. What an offer
promises is done later by the assist of the same id (`fimble.assist`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fimble.core.text import syntax
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot

Arguments = Mapping[str, object]
"""JSON values only: an offer travels through the client and back."""


@dataclass(frozen=True)
class ActionContext:
    """A place in a document, and what the client wants to know about it.

    Attributes:
        snapshot: The document.
        start: Where the selection begins; the cursor if nothing is selected.
        end: Where it ends.
        diagnostics: The problems at the selection.
        only: Kinds that are wanted, each with its sub-kinds; empty means all.
    """

    snapshot: Snapshot
    start: int
    end: int
    diagnostics: tuple[Diagnostic, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the document is too long for offers that need its tree."""
        return len(self.snapshot.text) > syntax.MAX_CHARACTERS

    def wants(self, kind: str) -> bool:
        """Whether offers of `kind` are asked for; a kind includes its sub-kinds."""
        return not self.only or any(f"{kind}.".startswith(f"{only}.") for only in self.only)


@dataclass(frozen=True)
class Offer:
    """Something that can be done, as the user reads it.

    Attributes:
        title: What the menu says.
        kind: The LSP kind, for example "refactor.rewrite.docstring".
        action: The id of the assist that does it.
        arguments: What the assist needs to know; offsets refer to the snapshot.
        diagnostic: Index of the context's diagnostic that it would solve, None if it solves none.
    """

    title: str
    kind: str
    action: str
    arguments: Arguments = field(default_factory=dict)
    diagnostic: int | None = None


Action = Callable[[ActionContext], tuple[Offer, ...]]
