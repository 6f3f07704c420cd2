"""A boolean by position, which says nothing at the call: made a keyword."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.python import Function, Source
from fimble.core.text import Edit


def boolean_argument(problem: Problem) -> Iterator[Proposal]:
    """Proposes a keyword-only parameter, and keywords in the calls of this file."""
    source = problem.source
    if problem.code not in ("FBT001", "FBT002") or source is None:
        return
    argument = next((n for n in problem.nodes if isinstance(n, ast.arg)), None)
    owner = next((n for n in problem.nodes if isinstance(n, Function)), None)
    if argument is None or owner is None or owner.args.vararg or owner.args.kwonlyargs:
        return
    positional = owner.args.args
    if argument not in positional:
        return
    index = positional.index(argument)
    start = source.span(argument)[0]
    calls = _calls(source, owner, [a.arg for a in positional], index)
    if calls is not None:
        edits = (Edit(start, start, "*, "), *calls)
        yield Proposal("pass it by keyword only", edits)


def _calls(source: Source, owner: Function, names: list[str], index: int) -> list[Edit] | None:
    """Keywords for the calls in the file; None if one cannot be changed."""
    edits: list[Edit] = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == owner.name:
            shift = 0
        elif isinstance(node.func, ast.Attribute) and node.func.attr == owner.name:
            shift = names[:1] in (["self"], ["cls"])
        else:
            continue
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                return None
            if place + shift >= index:
                if place + shift >= len(names):
                    return None
                at = source.span(argument)[0]
                edits.append(Edit(at, at, f"{names[place + shift]}="))
    return edits
