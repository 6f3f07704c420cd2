"""The lines that the user has changed, as they were and as they are."""

from __future__ import annotations

from dataclasses import dataclass

from fimble.core.text.history import Change, History

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Hunk:
    """Neighbouring lines that are other ones than before.

    Attributes:
        first: The number of the first, in the text as it stands.
        old: The lines that stood there; none where lines were added.
        new: The lines that stand there; none where lines went.
        latest: Whether the latest change is a part of it.
    """

    first: int
    old: Lines
    new: Lines
    latest: bool

    @property
    def end(self) -> int:
        """The number of the line behind it."""
        return self.first + len(self.new)


@dataclass(frozen=True)
class Net:
    """What of a text is not as it was.

    Attributes:
        start: Where it begins in the text as it stands.
        end: Where it ends.
        old: What stood in its place.
        latest: Whether the latest change is a part of it.
    """

    start: int
    end: int
    old: str
    latest: bool = True


def net(history: History) -> list[Net]:
    """All changes at once, in the order of the text: what was changed twice is one."""
    found: list[Net] = []
    text = history.before
    for change in history.changes:
        moved = [(one, _moved(one, change)) for one in found]
        joined = [one for one, place in moved if place is None]
        found = [Net(*place, one.old, latest=False) for one, place in moved if place is not None]
        found.append(_joined(text, change, joined))
        text = change.applied(text)
    real = (one for one in found if one.old != text[one.start : one.end])
    return sorted(real, key=_place)


def _place(one: Net) -> tuple[int, int]:
    return one.start, one.end


def _moved(one: Net, change: Change) -> tuple[int, int] | None:
    """Where an earlier change stands after a later one; None where they are one.

    Of two places where text went, only one whole tells which went first.
    """
    empty = one.start == one.end and change.start <= one.start <= change.end
    return None if empty else change.moved(one.start, one.end)


def _joined(text: str, change: Change, earlier: list[Net]) -> Net:
    """A change, in the text before it, with earlier ones that it overlaps."""
    start = min([change.start, *(one.start for one in earlier)])
    end = max([change.end, *(one.end for one in earlier)])
    return Net(start, end + len(change.new) - len(change.old), reverted(text, start, end, earlier))


def reverted(text: str, start: int, end: int, changes: list[Net]) -> str:
    """`text[start:end]` as it was before changes in it."""
    pieces, at = list[str](), start
    for one in sorted(changes, key=_place):
        pieces += (text[at : one.start], one.old)
        at = one.end
    return "".join([*pieces, text[at:end]])


def hunks(history: History) -> list[Hunk]:
    """The changed lines, in the order of the text."""
    text, groups = history.text, list[list[Net]]()
    for one in net(history):
        if groups and "\n" not in text[groups[-1][-1].end : one.start].replace("\n", "", 1):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [hunk for group in groups if (hunk := _hunk(text, group)).old != hunk.new]


def _hunk(text: str, changes: list[Net]) -> Hunk:
    start = text.rfind("\n", 0, changes[0].start) + 1
    end = text.find("\n", changes[-1].end)
    end = len(text) if end < 0 else end
    old = reverted(text, start, end, changes).split("\n")
    new = text[start:end].split("\n")
    shared = min(len(old), len(new))
    head = next((n for n in range(shared) if old[n] != new[n]), shared)
    tail = next((n for n in range(shared - head) if old[-1 - n] != new[-1 - n]), shared - head)
    first = text.count("\n", 0, start) + head
    return Hunk(
        first,
        tuple(old[head : len(old) - tail]),
        tuple(new[head : len(new) - tail]),
        any(one.latest for one in changes),
    )
