"""A call that follows the signature of what it calls, whatever the language is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from fimble.core.text.history import between
from fimble.core.text.snapshot import Edit

_BLANK = " \t\r\n,"
_LITERAL = re.compile(
    r"-?\d[\w.]*|None|True|False|null|true|false|undefined|\"[^\"\\\n]*\"|'[^'\\\n]*'"
)
"""What is the same everywhere."""


class Kind(Enum):
    """How a parameter gets its argument."""

    PLACE = "by its place"
    EITHER = "by its place or its name"
    NAME = "by its name"
    REST = "all places that are left"
    NAMES = "all names that are left"


@dataclass(frozen=True)
class Parameter:
    """A parameter.

    Attributes:
        name: Its name.
        kind: How it gets its argument.
        default: What it is without one, as text; None if there has to be one.
    """

    name: str
    kind: Kind
    default: str | None = None


@dataclass(frozen=True)
class Argument:
    """An argument of a call.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        name: The parameter that it names, "" if it has a place only.
        value: Where its value begins.
        bare: Whether it needs parentheses of its own beside others.
    """

    start: int
    end: int
    name: str
    value: int
    bare: bool = False


@dataclass(frozen=True)
class Call:
    """A call in a text.

    Attributes:
        text: The text.
        open: Where what is between its parentheses begins.
        close: Where that ends.
        arguments: In the order of the text.
    """

    text: str
    open: int
    close: int
    arguments: tuple[Argument, ...]

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """What stands before, between and behind the arguments."""
        ends = [self.open, *(a.end for a in self.arguments)]
        starts = [*(a.start for a in self.arguments), self.close]
        return [*zip(ends, starts, strict=True)]


@dataclass(frozen=True)
class Declared:
    """A function in a text.

    Attributes:
        name: Its name.
        start: Where that begins.
        parameters: In the order of the text, `self` among them.
        written: Where they stand, one as an argument each.
        is_of_file: Whether other files can import it.
    """

    name: str
    start: int
    parameters: tuple[Parameter, ...]
    written: Call
    is_of_file: bool = False


@dataclass(frozen=True)
class Filled:
    """An edit, with parts of its text that only the user knows.

    Attributes:
        edit: The edit.
        holes: The parts, as offsets in its text.
    """

    edit: Edit
    holes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Signature:
    """The parameters of a function, before and now.

    Attributes:
        old: Before, without those that a call fills by itself (`self`).
        new: Now, without them too.
        former: What each parameter of now was called before, of those that were there.
    """

    old: tuple[Parameter, ...]
    new: tuple[Parameter, ...]
    former: dict[str, str] = field(default_factory=dict)


def signature(old: Sequence[Parameter], new: Sequence[Parameter]) -> Signature | str:
    """What became of the parameters; the reason if that cannot be told."""
    before, after = [p.name for p in old], [p.name for p in new]
    if len({*before}) < len(before) or len({*after}) < len(after):
        return "two parameters have one name"
    packed = (Kind.REST, Kind.NAMES)
    if {p.name for p in old if p.kind in packed} & {p.name for p in new if p.kind not in packed}:
        return "a parameter takes one argument where it took all"
    if {p.name for p in new if p.kind in packed} & {p.name for p in old if p.kind not in packed}:
        return "a parameter takes all arguments where it took one"
    lost, fresh = [n for n in before if n not in after], [n for n in after if n not in before]
    former = {name: name for name in after if name in before}
    if lost and fresh:
        places = [(before.index(a), after.index(b)) for a, b in zip(lost, fresh, strict=False)]
        if len(before) != len(after) or any(a != b for a, b in places):
            return "some parameters are gone and others are new"
        former.update(zip(fresh, lost, strict=True))
    return Signature(tuple(old), tuple(new), former)


def rewritten(call: Call, change: Signature) -> Filled | None:
    """The call as the new parameters want it; None if it stays, or what it passes is not sure."""
    bound = _bound(call, change.old)
    entries = None if bound is None else _entries(call, change, *bound)
    return None if entries is None else _written(call, entries)


def extended(function: Declared, call: Call, shift: int, added: int) -> Filled | None:
    """The parameter for an argument that a function does not take; None if it takes it.

    Args:
        function: The function.
        call: A call of it.
        shift: How many parameters the call fills by itself.
        added: The number of the argument that is new.
    """
    others = (*call.arguments[:added], *call.arguments[added + 1 :])
    known = function.parameters[shift:]
    packed = {p.kind for p in known} & {Kind.REST, Kind.NAMES}
    fits = _bound(replace(call, arguments=others), known) is not None
    if packed or not fits or _bound(call, known) is not None:
        return None
    argument = call.arguments[added]
    places = [p for p in known if p.kind is not Kind.NAME]
    at = shift + (len(places) if argument.name else added)
    before = function.parameters[:at]
    value = call.text[argument.value : argument.end]
    name = argument.name or value.rpartition(".")[2]
    taken = {p.name for p in function.parameters}
    if at > shift + len(places) or any(p.default is not None for p in before) or name in taken:
        return None
    known_name = re.fullmatch(r"[^\W\d]\w*", name) and not _LITERAL.fullmatch(name)
    fresh = _Entry(name) if known_name else _Entry("value", hole=0)
    written = function.written
    entries = [_Entry(_text(written, a), a) for a in written.arguments]
    return _written(written, [*entries[:at], fresh, *entries[at:]])


@dataclass(frozen=True)
class _Entry:
    """An argument to be: text, and the one that it was; without one and a value, a hole."""

    text: str
    was: Argument | None = None
    hole: int | None = None


_Bound = tuple[dict[str, Argument], list[Argument], dict[str, Argument]]


def _bound(call: Call, old: Sequence[Parameter]) -> _Bound | None:
    """Which parameter gets which argument, and the arguments that no parameter is there for."""
    kinds = {p.kind for p in old}
    places = [p.name for p in old if p.kind in (Kind.PLACE, Kind.EITHER)]
    names = {p.name for p in old if p.kind in (Kind.EITHER, Kind.NAME)}
    given, rest, others = dict[str, Argument](), list[Argument](), dict[str, Argument]()
    for number, argument in enumerate(a for a in call.arguments if not a.name):
        if number < len(places):
            given[places[number]] = argument
        elif Kind.REST in kinds:
            rest.append(argument)
        else:
            return None
    for argument in (a for a in call.arguments if a.name):
        known = argument.name in names
        if argument.name in given or not (known or Kind.NAMES in kinds):
            return None
        (given if known else others)[argument.name] = argument
    plain = (p for p in old if p.kind not in (Kind.REST, Kind.NAMES))
    return (
        None
        if any(p.default is None and p.name not in given for p in plain)
        else (given, rest, others)
    )


def _entries(
    call: Call,
    change: Signature,
    given: dict[str, Argument],
    rest: list[Argument],
    others: dict[str, Argument],
) -> list[_Entry] | None:
    """The arguments that the new parameters want; None if they cannot be passed so."""
    by_place, by_name = list[_Entry](), list[_Entry]()
    defaults = {p.name: p.default for p in change.old}
    in_place = True
    for parameter in change.new:
        former = change.former.get(parameter.name)
        argument = given.get(former or "") or others.pop(parameter.name, None)
        if parameter.kind is Kind.NAMES or (parameter.kind is Kind.REST and not rest):
            continue
        if parameter.kind is Kind.REST:
            if not in_place:
                return None
            by_place += [_Entry(_text(call, a), a) for a in rest]
            rest = []
            continue
        entry = _entry(call, parameter, argument, defaults.get(former or ""))
        wants_place = parameter.kind in (Kind.PLACE, Kind.EITHER)
        if entry is None:
            in_place = in_place and not wants_place
        elif wants_place and in_place and not (argument and argument.name):
            by_place.append(entry)
        elif parameter.kind is Kind.PLACE:
            return None
        else:
            in_place = in_place and not wants_place
            by_name.append(_named(call, entry, parameter.name))
    kept = {p.kind for p in change.new}
    if rest or (others and Kind.NAMES not in kept):
        return None
    by_name += [_Entry(_text(call, a), a) for a in others.values()]
    by_name.sort(key=lambda e: e.was.start if e.was else len(call.text))
    return [*by_place, *by_name]


def _value(call: Call, argument: Argument) -> str:
    text = call.text[argument.value : argument.end]
    return f"({text})" if argument.bare and text else text


def _entry(
    call: Call, parameter: Parameter, argument: Argument | None, default: str | None
) -> _Entry | None:
    """What a parameter gets: what it got, what it was by default, or what only the user knows."""
    if argument is not None:
        return _Entry(_value(call, argument), argument)
    if parameter.default is not None:
        return None
    known = default is not None and _LITERAL.fullmatch(default)
    return _Entry(default or "") if known else _Entry(parameter.name, hole=0)


def _named(call: Call, entry: _Entry, name: str) -> _Entry:
    if entry.was is not None and entry.was.name == name:
        return _Entry(_text(call, entry.was), entry.was)
    hole = None if entry.hole is None else len(name) + 1
    return replace(entry, text=f"{name}={entry.text}", hole=hole)


def _text(call: Call, argument: Argument) -> str:
    return call.text[argument.start : argument.end]


def _written(call: Call, entries: list[_Entry]) -> Filled | None:
    """The smallest edit of the arguments; what stands between them stays as it is."""
    if len(entries) == 1 and entries[0].was is not None and entries[0].was.bare:
        entries = [_Entry(_text(call, entries[0].was), entries[0].was)]
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
    first = min([change.start, *(start for start, _ in holes)])
    last = max([change.new_end, *(end for _, end in holes)])
    end = len(old) - (len(text) - last)
    edit = Edit(call.open + first, call.open + end, text[first:last])
    return Filled(edit, tuple((a - first, b - first) for a, b in holes))


def _keeps_comments(call: Call, text: str) -> bool:
    """Whether nothing is lost that stands between the arguments."""
    parts = [call.text[start:end].strip(_BLANK) for start, end in call.gaps]
    return all(text.count(part) == parts.count(part) for part in parts if part)


def _pieces(call: Call, entries: list[_Entry]) -> Iterator[tuple[str, int | None]]:
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
