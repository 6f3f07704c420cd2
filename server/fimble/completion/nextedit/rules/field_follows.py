"""A line was added between siblings that stand side by side elsewhere too: it goes there as well.

A field and its siblings have counterparts: parameters, arguments, assignments, cases, keys. The
counterpart of the new line is its sibling's with the name put in; it goes where the siblings'
counterparts are neighbours as they are here, and ends its list only if the new line does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fimble.completion.nextedit.changed import hunks
from fimble.completion.nextedit.lines import Lines
from fimble.completion.nextedit.proposal import Proposal, Situation
from fimble.completion.nextedit.spelling import pattern, renamed
from fimble.core.text.snapshot import indentation

_FAR = 8
"""Lines from a new one to its siblings."""
_AROUND = 12
"""Lines of a list that may have the counterpart already."""
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True)
class _Names:
    """A new name and those beside it.

    Attributes:
        new: The new one.
        sibling: That of the line beside it.
        other: That of another line beside these.
        way: From the sibling's line to the other's: 1 down, -1 up.
        last: Whether the new line ends its list; one that begins it, if `way` is 1 there.
        below: Whether the new line is below its sibling's.
    """

    new: str
    sibling: str
    other: str
    way: int
    last: bool
    below: bool


def field_follows(situation: Situation) -> Proposal | str:
    """Puts the counterpart of an added line beside its sibling's counterparts."""
    added = [
        hunk.first + n
        for hunk in hunks(situation.history)
        if hunk.latest and not "".join(hunk.old).strip()
        for n, line in enumerate(hunk.new)
        if line.strip()
    ]
    if len(added) != 1:
        return ""
    document = Lines(situation.snapshot)
    for names in _candidates(document.all, added[0]):
        found = _counterparts(document.all, names, added[0])
        steps = [step for at, new in found if (step := document.changed(at, 1, new)) is not None]
        if steps:
            return Proposal("field", f"`{names.sibling}` has a counterpart here.", tuple(steps))
    return ""


def _candidates(lines: list[str], number: int) -> Iterator[_Names]:
    """The words of a line that its siblings have others for, at the same place of the line."""
    above, below = (_siblings(lines, number, way) for way in (-1, 1))
    if above and below:
        first, second, way, ends, under = above[0], below[0], 1, False, True
    elif len(above) > 1:
        first, second, way, ends, under = above[0], above[1], -1, True, True
    elif len(below) > 1:
        first, second, way, ends, under = below[0], below[1], 1, True, False
    else:
        return
    own, one, two = (_WORD.findall(lines[n]) for n in (number, first, second))
    seen = set()
    for place, name in enumerate(own):
        for at in (place, place - len(own)):
            if not all(-len(w) <= at < len(w) for w in (one, two)):
                continue
            names = _Names(name, one[at], two[at], way, ends, under)
            if names not in seen and len({name, one[at], two[at]}) == 3 and len(one[at]) > 1:
                seen.add(names)
                yield names


def _siblings(lines: list[str], number: int, way: int) -> list[int]:
    """The next two lines as far in as this one, up or down, before its block ends."""
    found: list[int] = []
    depth = indentation(lines[number])
    at = number + way
    while 0 <= at < len(lines) and abs(at - number) < _FAR and len(found) < 2:
        if lines[at].strip():
            there = indentation(lines[at])
            if len(there) < len(depth):
                break
            found += [at] if there == depth else []
        at += way
    return found


def _counterparts(lines: list[str], names: _Names, number: int) -> Iterator[tuple[int, str]]:
    """Lines beside which the new line's counterpart goes, with what they become."""
    looked_for = pattern(names.sibling)
    for at, line in enumerate(lines):
        beside = at + names.way
        if at == number or not 0 <= beside < len(lines) or beside == number:
            continue
        if not looked_for.search(line) or not _is_same(
            renamed(line, names.sibling, names.other), lines[beside]
        ):
            continue
        if names.last and _siblings(lines, at, 1 if names.below else -1):
            continue
        made = renamed(line, names.sibling, names.new)
        around = lines[max(at - _AROUND, 0) : at + _AROUND]
        if any(_is_same(made, known) for known in around):
            continue
        yield at, _put(line, made, lines[beside], below=names.below)


def _put(line: str, made: str, beside: str, *, below: bool) -> str:
    """A line with the new one above or below it, and the comma that the list needs."""
    if not below:
        return f"{made}\n{line}"
    lists = beside.rstrip().endswith(",") and not line.rstrip().endswith(",")
    return f"{line.rstrip()},\n{made}" if lists else f"{line}\n{made}"


def _is_same(one: str, other: str) -> bool:
    return one.strip().rstrip(",;") == other.strip().rstrip(",;")
