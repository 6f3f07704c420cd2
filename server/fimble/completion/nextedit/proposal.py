"""What a rule is asked, and what it answers. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.text.history import History
from fimble.core.text.snapshot import Edit, Snapshot


@dataclass(frozen=True)
class Situation:
    """A document behind an edit.

    Attributes:
        snapshot: The document as it stands.
        cursor: Where its cursor is.
        history: What the user did to it; its last text is the snapshot's.
        others: Other documents whose edits may follow: open ones, and files of the workspace.
    """

    snapshot: Snapshot
    cursor: int
    history: History
    others: tuple[Snapshot, ...] = ()


@dataclass(frozen=True)
class Step:
    """One edit that the user takes or leaves.

    Attributes:
        uri: The document that it changes.
        edit: The change, in that document's text as the situation has it.
        holes: Parts of the new text that only the user knows, as offsets in `edit.new_text`.
    """

    uri: str
    edit: Edit
    holes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Proposal:
    """The edits that follow, in the order in which they are shown: the nearest to the cursor first.

    Attributes:
        kind: "rename", "signature", "repeat", "field", "import", ...: what a setting turns off.
        reason: One sentence for the user: why.
        steps: At least one; all hold together, and each may be taken alone.
    """

    kind: str
    reason: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Silence:
    """Nothing is proposed.

    Attributes:
        reason: Why what a rule had found is withheld; "" where no rule had anything to say.
    """

    reason: str = ""


Rule = Callable[[Situation], "Proposal | str"]
"""A proposal, or why there is none ("" where the rule has nothing to do with the last edit)."""
