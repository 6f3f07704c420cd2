"""An exception raised while another is handled: says which one caused it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text import Edit


def raise_from(problem: Problem) -> Iterator[Proposal]:
    """Proposes `from` with the handler's name, which is added if there is none."""
    source, nodes = problem.source, problem.nodes
    item = next((n for n in nodes if isinstance(n, ast.Raise)), None)
    handler = next((n for n in nodes if isinstance(n, ast.ExceptHandler)), None)
    if problem.code not in ("B904", "W0707") or source is None or item is None or handler is None:
        return
    end = source.end(item)
    if handler.name:
        yield Proposal("name the cause", (Edit(end, end, f" from {handler.name}"),))
    elif handler.type and item.cause is None:
        after = source.end(handler.type)
        edits = (Edit(after, after, " as error"), Edit(end, end, " from error"))
        yield Proposal("name the cause", edits)
