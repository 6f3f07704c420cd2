"""A fix of one place that changes another one.

A quick fix stays in the top-level statement of its finding: in Python the function, the class or
the assignment. It may add others beside it. Apart from that only imports may change.
"""

from __future__ import annotations

import ast

from fimble.core.fixes.base import Problem
from fimble.core.text import python
from fimble.core.text.python import Source


def elsewhere(problem: Problem, after: str) -> str:
    """Refuses a text in which another top-level statement is not what it was."""
    old = problem.source
    new = python.parse(after) if old is not None else None
    if old is None or new is None:
        return ""
    at = problem.diagnostic.start
    places = [old.lines(*old.span(s)) for s in _statements(old)]
    above, below = sum(end <= at for _, end in places), sum(start > at for start, _ in places)
    was, now = ([s.of(statement) for statement in _statements(s)] for s in (old, new))
    kept = was == now
    if above + below < len(was):  # else it is about an import, or a comment
        kept = len(now) >= above + below and was[:above] == now[:above]
        kept = kept and was[len(was) - below :] == now[len(now) - below :]
    return "" if kept else "it would also change code elsewhere in the file"


def _statements(source: Source) -> list[ast.stmt]:
    """The top-level statements that do more than import."""
    return [statement for statement in source.tree.body if not _is_import(statement)]


def _is_import(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        checking = ast.unparse(statement.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        return checking and not statement.orelse and all(map(_is_import, statement.body))
    return isinstance(statement, ast.Import | ast.ImportFrom)
