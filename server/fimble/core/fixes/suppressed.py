"""`try: ... except E: pass` as `with contextlib.suppress(E)`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal, deeper
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit


def suppressed(problem: Problem) -> Iterator[Proposal]:
    """Proposes the context manager; comments of the handler stay above it."""
    source, scopes = problem.source, problem.scopes
    item = next((n for n in problem.nodes if isinstance(n, ast.Try)), None)
    if problem.code != "SIM105" or source is None or scopes is None or item is None:
        return
    handler = item.handlers[0] if len(item.handlers) == 1 else None
    if handler is None or handler.type is None or handler.name or item.orelse or item.finalbody:
        return
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if not all(_is_there(scopes, item, t) for t in types) or not _does_nothing(handler):
        return
    indent, end = source.indentation(item), texts.line_break(source.text)
    first, last = source.span(item.body[0])[0], source.end(item.body[-1])
    body = f"{end}{source.text[source.line_start(first) : last]}"
    if not source.leads(item.body[0]):
        body = f"{end}{deeper(source, indent)}{source.text[first:last]}"
    behind, tail = source.lines(last, last)[1], source.end(item)
    rest = [t for t in source.tokens if t.text.startswith("#") and last <= t.start < tail]
    here = "".join(f"  {t.text}" for t in rest if t.start < behind)
    above = "".join(f"{t.text}{end}{indent}" for t in rest if t.start >= behind)
    listed = ", ".join(source.of(t) for t in types)
    new = f"{above}with contextlib.suppress({listed}):{body}{here}"
    start, stop = source.span(item)
    lost = ((source.span(handler)[0], source.span(handler)[0]),)
    edits = (*imports.add(source, "contextlib"), Edit(start, stop, new))
    yield Proposal("suppress it", edits, loses=lost)


def _is_there(scopes: Scopes, item: ast.stmt, node: ast.expr) -> bool:
    """Whether an exception can be named before anything was raised: nothing else happens then."""
    if isinstance(node, ast.Name):
        owner = scopes.resolve(node.id, scopes.of_statement(item))
        known = owner is scopes.module or hasattr(builtins, node.id)
        sets = [o for o in scopes.of_variable(node.id, owner) if o.binds] if owner else []
        at_top = all(isinstance(o.scope.node, ast.Module) for o in sets)
        return known and len(sets) <= 1 and at_top
    return isinstance(node, ast.Attribute) and _is_there(scopes, item, node.value)


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in handler.body
    )
