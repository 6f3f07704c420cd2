"""A boolean by position, which says nothing at the call: made a keyword."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python.callers import Caller, callers
from fimble.core.text.python import Function, Source
from fimble.core.text.snapshot import Edit


def boolean_argument(problem: Problem) -> Iterator[Proposal]:
    """Proposes a keyword-only parameter, and keywords in the calls of this file."""
    source, scopes = problem.source, problem.scopes
    if problem.code not in ("FBT001", "FBT002") or source is None or scopes is None:
        return
    argument = next((n for n in problem.nodes if isinstance(n, ast.arg)), None)
    owner = next((n for n in problem.nodes if isinstance(n, Function)), None)
    if argument is None or owner is None or owner.args.vararg or owner.args.kwonlyargs:
        return
    positional = [*owner.args.posonlyargs, *owner.args.args]
    special = owner.name.startswith("__") and owner.name != "__init__"
    if argument not in owner.args.args or special:
        return
    found, start = callers(scopes, owner), source.span(argument)[0]
    if isinstance(found, str):
        return
    calls = _calls(source, found, [a.arg for a in positional], positional.index(argument))
    if calls is not None:
        edits = (Edit(start, start, "*, "), *calls)
        yield Proposal("pass it by keyword only", edits)


def _calls(
    source: Source, found: tuple[Caller, ...], names: list[str], index: int
) -> list[Edit] | None:
    """Keywords for the calls in the file; None if one cannot be changed."""
    edits: list[Edit] = []
    for caller in found:
        for place, argument in enumerate(caller.call.args, caller.shift):
            if isinstance(argument, ast.Starred):
                return None
            if place >= index:
                if place >= len(names) or not caller.sure:
                    return None
                at = source.whole(argument)[0]
                edits.append(Edit(at, at, f"{names[place]}="))
    return edits
