"""A name was changed by hand: its other uses follow, where they now mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.core.refactor import following
from fimble.core.text.parts import Way, is_renaming, parts, way
from fimble.core.text.snapshot import Edit, Snapshot

_LOOKED_AT = 4
"""Names changed last that are looked at."""


@dataclass(frozen=True)
class _Renaming:
    """A word that the user put in the place of another.

    Attributes:
        snapshot: The document before it was done for the first time.
        start: Where the old word stood in it.
        old: That word.
        new: The new one.
        way: How that document became the present one.
    """

    snapshot: Snapshot
    start: int
    old: str
    new: str
    way: Way

    def done(self, start: int) -> bool:
        """Whether the old word at a place has become the new one."""
        return self.way.renamed(start, self.old, self.new)


def rename_follows(situation: Situation) -> Proposal | str:
    """All that the rename which was begun would change, and that was not changed yet."""
    reason, reasons, steps = "", list[str](), dict[tuple[str, int], Step]()
    for renaming in _renamings(situation):
        if _is_half_typed(situation, renaming):
            return f"rename: `{renaming.new}` may not be typed to its end"
        found = following.rename(renaming.snapshot, renaming.start, renaming.new, renaming.done)
        if isinstance(found, str):
            reason = reason or (found and f"rename: {found}")
            continue
        left = {(s.uri, s.edit.start): s for s in _steps(situation, renaming, found)}
        reasons += [f"`{renaming.old}` is `{renaming.new}` now."] if left else []
        steps = left | steps
    return Proposal("rename", " ".join(reasons), tuple(steps.values())) if steps else reason


def _renamings(situation: Situation) -> Iterator[_Renaming]:
    """The latest first, each as it was begun."""
    history, texts = situation.history, [*situation.history.texts()]
    first = dict[tuple[str, str], tuple[int, int]]()
    for number, (text, change) in enumerate(zip(texts, history.changes, strict=False)):
        for part in filter(is_renaming, parts(text, change)):
            begun = first.pop((part.old, part.new), (number, part.start))
            first[part.old, part.new] = begun
    for (old, new), (number, start) in [*reversed(first.items())][:_LOOKED_AT]:
        snapshot = replace(situation.snapshot, version=None, text=texts[number])
        yield _Renaming(snapshot, start, old, new, way(history, texts, number))


def _is_half_typed(situation: Situation, renaming: _Renaming) -> bool:
    """Whether the cursor is behind what can only be a piece of a name."""
    text, cursor = situation.snapshot.text, situation.cursor
    old, new = renaming.old, renaming.new
    piece = (old.startswith(new) and len(new) < len(old) - 1) or len(new) == 1 < len(old)
    return piece and text[cursor - len(new) : cursor] == new


def _steps(situation: Situation, renaming: _Renaming, edits: tuple[Edit, ...]) -> Iterator[Step]:
    """What is left to do, in the present text."""
    for edit in edits:
        now = renaming.way.now(edit.start, edit.end)
        if now is not None:
            yield Step(situation.snapshot.uri, Edit(*now, edit.new_text))
    if not following.is_of_file(renaming.snapshot, renaming.start):
        return
    for other in situation.others:
        for edit in following.rename_elsewhere(
            other, situation.snapshot, renaming.old, renaming.new
        ):
            yield Step(other.uri, edit)
