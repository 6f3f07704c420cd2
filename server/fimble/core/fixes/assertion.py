"""An `assert`, which `python -O` leaves out: the same check that always runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, deeper
from fimble.core.fixes.exception_message import message_name
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Source
from fimble.core.text.snapshot import Edit

_OPPOSITE = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SIMPLE = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Await)


def assertion(problem: Problem) -> Iterator[Proposal]:
    """Proposes `if not ...: raise AssertionError`, where the statement has its lines for itself."""
    source, scopes = problem.source, problem.scopes
    item = next((n for n in problem.nodes if isinstance(n, ast.Assert)), None)
    if problem.code != "S101" or source is None or scopes is None or item is None:
        return
    scope = scopes.of_statement(item)
    if not source.stands_alone(item) or scopes.resolve("AssertionError", scope) is not None:
        return
    indent, end = source.indentation(item), texts.line_break(source.text)
    inner = deeper(source, indent)
    lines = [f"if {_negated(source, item.test)}:"]
    if item.msg:
        name = message_name(scopes, item)
        if not name:
            return
        lines += [f"{inner}{name} = {source.of(item.msg)}", f"{inner}raise AssertionError({name})"]
    else:
        lines += [f"{inner}raise AssertionError"]
    edit = Edit(*source.span(item), end.join(lines))
    yield Proposal("check it always, also under `python -O`", (edit,), changes=True)


def _negated(source: Source, test: ast.expr) -> str:
    """The opposite of a test, its parts with their parentheses."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITE:
        left, right = source.of(test.left), source.of(test.comparators[0])
        plain = f"{left} {_OPPOSITE[type(test.ops[0])]} {right}"
        one_line = len(plain.splitlines()) == 1 and "#" not in source.of(test)
        return plain if one_line else f"not {_bracketed(source, test)}"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return source.of(test.operand)
    return (
        f"not {source.of(test)}" if isinstance(test, _SIMPLE) else f"not {_bracketed(source, test)}"
    )


def _bracketed(source: Source, node: ast.expr) -> str:
    """A node's text in parentheses: its own, or new ones."""
    return source.of(node) if source.whole(node) != source.span(node) else f"({source.of(node)})"
