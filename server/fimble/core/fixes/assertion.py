"""An `assert`, which `python -O` leaves out: the same check that always runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.fixes.base import Problem, Proposal, deeper, replace

_OPPOSITE = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}


def assertion(problem: Problem) -> Iterator[Proposal]:
    """Proposes `if not ...: raise AssertionError`."""
    source = problem.source
    item = next((n for n in problem.nodes if isinstance(n, ast.Assert)), None)
    if problem.code != "S101" or source is None or item is None:
        return
    indent, end = source.indentation(item), texts.line_break(source.text)
    test, inner = item.test, deeper(source, indent)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITE:
        word = _OPPOSITE[type(test.ops[0])]
        condition = f"{source.of(test.left)} {word} {source.of(test.comparators[0])}"
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        condition = source.of(test.operand)
    else:
        simple = isinstance(test, ast.Name | ast.Call | ast.Attribute | ast.Subscript | ast.Await)
        condition = f"not {source.of(test)}" if simple else f"not ({source.of(test)})"
    lines = [f"if {condition}:"]
    if item.msg:
        lines += [f"{inner}msg = {source.of(item.msg)}", f"{inner}raise AssertionError(msg)"]
    else:
        lines += [f"{inner}raise AssertionError"]
    yield Proposal("check it always", (replace(source, item, end.join(lines)),))
