"""The arguments of a call written anew, so that what stands between them stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fimble.core.refactor.calls.values import Argument, Call, Filled
from fimble.core.text.history import between, of_words
from fimble.core.text.snapshot import Edit

_BLANK = " \t\r\n,"


@dataclass(frozen=True)
class Entry:
    """An argument to be: text, and the one that it was; without one and a value, a hole."""

    text: str
    was: Argument | None = None
    hole: int | None = None


def text_of(call: Call, argument: Argument) -> str:
    """An argument as it stands."""
    return call.text[argument.start : argument.end]


def value_of(call: Call, argument: Argument) -> str:
    """An argument's value, as it may stand beside others."""
    text = call.text[argument.value : argument.end]
    return f"({text})" if argument.bare and text else text


def written(call: Call, entries: Sequence[Entry]) -> Filled | None:
    """The smallest edit of the arguments; what stands between them stays as it is."""
    if len(entries) == 1 and entries[0].was is not None and entries[0].was.bare:
        entries = [Entry(text_of(call, entries[0].was), entries[0].was)]
    pieces = [*_pieces(call, entries)]
    text, holes = "", list[tuple[int, int]]()
    for piece, hole in pieces:
        if hole is not None:
            holes.append((len(text) + hole, len(text) + len(piece)))
        text += piece
    old = call.text[call.open : call.close]
    change = between(old, text)
    if change is None or not _keeps_comments(call, text):
        return None
    change = of_words(old, change)
    first = min([change.start, *(start for start, _ in holes)])
    last = max([change.new_end, *(end for _, end in holes)])
    end = len(old) - (len(text) - last)
    edit = Edit(call.open + first, call.open + end, text[first:last])
    return Filled(edit, tuple((a - first, b - first) for a, b in holes))


def _keeps_comments(call: Call, text: str) -> bool:
    """Whether nothing is lost that stands between the arguments."""
    parts = [call.text[start:end].strip(_BLANK) for start, end in call.gaps]
    return all(text.count(part) == parts.count(part) for part in parts if part)


def _pieces(call: Call, entries: Sequence[Entry]) -> Iterator[tuple[str, int | None]]:
    """The new text between the parentheses, piece by piece; of an entry with its hole."""
    gaps = [call.text[start:end] for start, end in call.gaps]
    lead, *separators = gaps[:-1] if entries and call.arguments else [""]
    tail = gaps[-1] if entries and call.arguments else ""
    breaks = [gap[gap.rindex("\n") :] for gap in (*separators, lead) if "\n" in gap]
    plain = f",{breaks[0]}" if breaks else ", "
    numbers = {argument: number for number, argument in enumerate(call.arguments)}
    yield lead, None
    last: int | None = None
    for index, entry in enumerate(entries):
        number = numbers.get(entry.was) if entry.was is not None else None
        follows = number is not None and last is not None and number == last + 1
        if index:
            yield separators[last] if follows and last is not None else plain, None
        yield entry.text, entry.hole
        last = number
    yield tail, None
