"""`f(a=1, *args)`: the unpacked arguments go where they are passed anyway."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text.snapshot import Edit


def argument_order(problem: Problem) -> Iterator[Proposal]:
    """Proposes the starred argument before the first keyword."""
    source = problem.source
    call = next((n for n in problem.nodes if isinstance(n, ast.Call)), None)
    star = next((n for n in problem.nodes if isinstance(n, ast.Starred)), None)
    if problem.code != "B026" or source is None or call is None or star is None:
        return
    start, end = source.span(star)
    first = min((source.span(k)[0] for k in call.keywords), default=end)
    before = source.before(star)
    between = [a for a in call.args if first < source.span(a)[0] < start]
    if first < start and not between and before is not None and before.text == ",":
        comma = before.start
        moved = Edit(first, first, f"{source.text[start:end]}, ")
        yield Proposal("pass it first", (moved, Edit(comma, end, "")))
