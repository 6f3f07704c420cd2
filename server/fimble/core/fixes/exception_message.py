"""A long message in a `raise`: assigned first, so that the traceback shows it once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, insert_before, replace
from fimble.core.refactor.python import extract_variable, free_names
from fimble.core.refactor.python.scopes import Scopes

_RULES = frozenset({"TRY003", "EM101", "EM102", "EM103"})
_NAMES = ("msg", "message", "error_message", "msg_text", *(f"msg_{n}" for n in range(2, 10)))


def exception_message(problem: Problem) -> Iterator[Proposal]:
    """Proposes `msg = ...` before the statement, where that is evaluated at the same moment."""
    source, scopes = problem.source, problem.scopes
    item = next((n for n in problem.nodes if isinstance(n, ast.Raise)), None)
    if problem.code not in _RULES or source is None or scopes is None or item is None:
        return
    call = item.exc
    if not isinstance(call, ast.Call) or not call.args or isinstance(call.args[0], ast.Starred):
        return
    message = call.args[0]
    constant = isinstance(message, ast.Constant)
    refused = not constant and extract_variable.refusal(source, message, item)
    name = message_name(scopes, item)
    if not name or refused or not source.leads(item):
        return
    text = source.of(message)
    broken = len(text.splitlines()) > 1 and source.whole(message) == source.span(message)
    named = insert_before(source, item, f"{name} = {f'({text})' if broken else text}")
    yield Proposal("assign the message first", (named, replace(source, message, name)))


def message_name(scopes: Scopes, statement: ast.stmt) -> str:
    """A name for the message of a `raise` that stands there, or will; "" if none is free."""
    scope = scopes.of_statement(statement)
    if scope.is_class:
        return ""
    return free_names.choose(scopes, scope, _NAMES, scopes.source.span(statement)[0])
