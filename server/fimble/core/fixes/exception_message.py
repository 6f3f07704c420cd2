"""A long message in a `raise`: assigned first, so that the traceback shows it once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, insert_before, replace
from fimble.core.python import Source

_RULES = frozenset({"TRY003", "EM101", "EM102", "EM103"})


def exception_message(problem: Problem) -> Iterator[Proposal]:
    """Proposes `msg = ...` before the statement."""
    source = problem.source
    item = next((n for n in problem.nodes if isinstance(n, ast.Raise)), None)
    if problem.code not in _RULES or source is None or item is None:
        return
    call = item.exc
    if isinstance(call, ast.Call) and call.args and not _shares_line(source, item):
        message = source.of(call.args[0])
        wrapped = f"({message})" if "\n" in message else message
        named = insert_before(source, item, f"msg = {wrapped}")
        yield Proposal("assign the message first", (named, replace(source, call.args[0], "msg")))


def _shares_line(source: Source, item: ast.stmt) -> bool:
    start = source.lines(*source.span(item))[0]
    return bool(source.text[start : source.span(item)[0]].strip())
