"""A name changed by hand where it is bound; true is what the verified refactoring does."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fimble.completion.nextedit.proposal import Step
from fimble.core.refactor import by_language
from fimble.core.refactor.python import scopes
from fimble.core.refactor.scripts import reading
from fimble.core.text import python, syntax
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

OF_A_FILE = 6


@dataclass(frozen=True)
class Mutation:
    """A name that was changed.

    Attributes:
        text: The text with it.
        wanted: The other edits of the refactoring, in that text.
        told: What was changed.
        is_ambiguous: Whether nothing may follow.
    """

    text: str
    wanted: frozenset[Edit]
    told: str
    is_ambiguous: bool = False

    def judged(self, steps: Sequence[Step]) -> tuple[int, int, int]:
        """How many edits were proposed, how many of them are true, and how many are true."""
        edits = {step.edit for step in steps}
        return len(edits), len(edits & self.wanted), len(self.wanted)


def mutations(snapshot: Snapshot, rng: random.Random) -> Iterator[Mutation]:
    """Some bindings of a file, each changed, if the refactoring can rename them."""
    refactoring = by_language.of(snapshot)
    if isinstance(refactoring, str):
        return
    places = _bindings(snapshot)
    rng.shuffle(places)
    made = 0
    for start in places:
        name = _word(snapshot.text, start)
        new = _fresh(name, snapshot.text, rng)
        edits = sorted(refactoring.rename(start, new), key=lambda e: e.start)
        if len(edits) < 2:
            continue
        yield _mutation(snapshot.text, start, name, new, edits)
        made += 1
        if made >= OF_A_FILE:
            return


def _mutation(text: str, start: int, name: str, new: str, edits: Sequence[Edit]) -> Mutation:
    own = Edit(start, start + len(name), new)
    by = len(new) - len(name)
    moved = (
        Edit(e.start + by, e.end + by, e.new_text) if e.start > start else e
        for e in edits
        if e.start != start
    )
    return Mutation(apply_edits(text, [own]), frozenset(moved), f"{name} -> {new} at {start}")


def _bindings(snapshot: Snapshot) -> list[int]:
    """Where the variables of a file are bound first."""
    if snapshot.language_id == "python":
        source = python.parse(snapshot.text)
        names = scopes.of_source(source) if source is not None else None
        found: dict[tuple[str, int], int] = {}
        for o in names.occurrences if names is not None else ():
            owner = names.owner(o) if names is not None and o.binds else None
            if owner is not None:
                key = (o.name, id(owner))
                found[key] = min(o.start, found.get(key, o.start))
        return [*found.values()]
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    known = reading.of_tree(parsed) if parsed is not None else None
    if parsed is None or known is None:
        return []
    return [parsed.offset(o.start) for o in known.occurrences if o.declares]


def _word(text: str, start: int) -> str:
    found = re.compile(r"[\w$]+").match(text, start)
    return found[0] if found else ""


def _fresh(name: str, text: str, rng: random.Random) -> str:
    """Another name, as somebody could have chosen it."""
    words = ["item", "value", "result", "entry", "node", "total", "current", "other", "inner"]
    while True:
        word = rng.choice(words)
        new = rng.choice(
            [f"{name}_{word}", f"{word}_{name.strip('_')}", f"{name}2", name[1:], word]
        )
        if new.isidentifier() and len(new) > 1 and not re.search(rf"\b{new}\b", text):
            return new
        words.append(f"{word}x")
