"""A name in the wrong case: the right one, everywhere in the file."""

from __future__ import annotations

from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python.rename import rename, snake

_SNAKE = frozenset({"N802", "N803", "N806", "N816"})

_SHOWN = frozenset({"N801", "N802", "N818"})
"""Classes and functions, which know their names."""


def naming(problem: Problem) -> Iterator[Proposal]:
    """Proposes snake_case, CapWords or the Error suffix, as the rule asks."""
    name, scopes = problem.quoted, problem.scopes
    if scopes is None or not name.isidentifier():
        return
    new = _right(problem.code, name)
    span = range(problem.diagnostic.start, problem.diagnostic.end + 1)
    here = next((o for o in scopes.occurrences if o.start in span and o.name == name), None)
    if not new or new == name or here is None:
        return
    edits = rename(scopes, here.start, new)
    if edits:
        lost = tuple((e.start, e.end) for e in edits)
        shown = problem.code in _SHOWN
        title = f"rename to `{new}`{', also where it prints its name' if shown else ''}"
        yield Proposal(title, edits, loses=lost, changes=shown)


def _right(code: str, name: str) -> str:
    if code in _SNAKE:
        return snake(name)
    if code == "N801":
        return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    if code == "N818":
        return f"{name.removesuffix('Exception')}Error"
    return ""
