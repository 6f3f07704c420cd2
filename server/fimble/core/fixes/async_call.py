"""A call that blocks the event loop: its awaitable counterpart."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text.python import Function
from fimble.core.text.snapshot import Edit

_BLOCKING = frozenset({"ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230"})
_PATHS = frozenset({"ASYNC240"})


def async_call(problem: Problem) -> Iterator[Proposal]:
    """Proposes `await asyncio.sleep`, and a thread for calls to the file system and others."""
    source, nodes = problem.source, problem.nodes
    call = next((n for n in nodes if isinstance(n, ast.Call)), None)
    owner = next((n for n in nodes if isinstance(n, Function | ast.Lambda)), None)
    if source is None or call is None or not isinstance(owner, ast.AsyncFunctionDef):
        return
    extra = imports.add(source, "asyncio")
    arguments = source.text[source.whole(call.func)[1] : source.end(call)]
    if problem.code == "ASYNC251":
        new = f"await asyncio.sleep{arguments}"
    elif problem.code in _BLOCKING | _PATHS:
        inner = arguments[1:-1].strip()
        new = f"await asyncio.to_thread({source.of(call.func)}{', ' * bool(inner)}{inner})"
    else:
        return
    parent = nodes[nodes.index(call) + 1]
    alone = isinstance(parent, ast.stmt | ast.keyword) or (
        isinstance(parent, ast.Call) and call in parent.args
    )
    if any(isinstance(n, ast.GeneratorExp) for n in nodes[: nodes.index(owner)]):
        return
    edit = Edit(*source.span(call), new if alone else f"({new})")
    lost = (source.span(call.func),)
    title = "await it: other tasks run meanwhile"
    yield Proposal(title, (*extra, edit), loses=lost, changes=True)
