"""An exception raised while another is handled: says which one caused it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python import free_names
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text.python import Definition
from fimble.core.text.snapshot import Edit

_NAMES = ("error", "exc", "err", "caught", *(f"error_{n}" for n in range(2, 10)))


def raise_from(problem: Problem) -> Iterator[Proposal]:
    """Proposes `from` with the handler's name, which is added if there is none."""
    scopes, nodes = problem.scopes, problem.nodes
    item = next((n for n in nodes if isinstance(n, ast.Raise)), None)
    handler = next((n for n in nodes if isinstance(n, ast.ExceptHandler)), None)
    if problem.code not in ("B904", "W0707") or scopes is None or item is None or handler is None:
        return
    source, between = scopes.source, nodes[nodes.index(item) : nodes.index(handler)]
    if item.cause is not None or any(isinstance(n, Definition | ast.Lambda) for n in between):
        return
    end = source.end(item)
    if handler.name:
        if not _is_set_again(scopes, handler, handler.name):
            yield Proposal("name the cause", (Edit(end, end, f" from {handler.name}"),))
    elif handler.type:
        scope = scopes.of_statement(item)
        name = free_names.choose(scopes, scope, _NAMES, source.span(handler)[0])
        after = source.whole(handler.type)[1]
        edits = (Edit(after, after, f" as {name}"), Edit(end, end, f" from {name}"))
        if name and not scope.is_class:
            yield Proposal("name the cause", edits)


def _is_set_again(scopes: Scopes, handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a handler gives its name another value, or takes it away."""
    source = scopes.source
    start, end = source.span(handler.body[0])[0], source.end(handler)
    return any(o.name == name and o.binds and start <= o.start < end for o in scopes.occurrences)
