"""The arguments that a call needs where the parameters of its function have changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fimble.core.refactor.calls.values import Argument, Call, Declared, Filled, Kind, Parameter
from fimble.core.refactor.calls.writing import Entry, text_of, value_of, written

_LITERAL = re.compile(
    r"-?\d[\w.]*|None|True|False|null|true|false|undefined|\"[^\"\\\n]*\"|'[^'\\\n]*'"
)
"""What is the same everywhere."""


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
    return None if entries is None else written(call, entries)


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
    fresh = Entry(name) if known_name else Entry("value", hole=0)
    places_of = function.written
    entries = [Entry(text_of(places_of, a), a) for a in places_of.arguments]
    return written(places_of, [*entries[:at], fresh, *entries[at:]])


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
) -> list[Entry] | None:
    """The arguments that the new parameters want; None if they cannot be passed so."""
    by_place, by_name = list[Entry](), list[Entry]()
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
            by_place += [Entry(text_of(call, a), a) for a in rest]
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
    by_name += [Entry(text_of(call, a), a) for a in others.values()]
    by_name.sort(key=lambda e: e.was.start if e.was else len(call.text))
    return [*by_place, *by_name]


def _entry(
    call: Call, parameter: Parameter, argument: Argument | None, default: str | None
) -> Entry | None:
    """What a parameter gets: what it got, what it was by default, or what only the user knows."""
    if argument is not None:
        return Entry(value_of(call, argument), argument)
    if parameter.default is not None:
        return None
    known = default is not None and _LITERAL.fullmatch(default)
    return Entry(default or "") if known else Entry(parameter.name, hole=0)


def _named(call: Call, entry: Entry, name: str) -> Entry:
    if entry.was is not None and entry.was.name == name:
        return Entry(text_of(call, entry.was), entry.was)
    hole = None if entry.hole is None else len(name) + 1
    return replace(entry, text=f"{name}={entry.text}", hole=hole)
