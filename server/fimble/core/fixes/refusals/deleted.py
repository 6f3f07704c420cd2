"""A fix that deletes what the finding is about. Rules that may delete say so: they do it."""

from __future__ import annotations

import ast
from collections import Counter

from fimble.core.fixes.base import Problem
from fimble.core.text import python


def deleted(problem: Problem, after: str) -> str:
    """Refuses a text from which every word of the finding's statement has gone."""
    old = problem.source
    new = python.parse(after) if old is not None else None
    if old is None or new is None:
        return ""
    statement = next((n for n in problem.nodes if isinstance(n, ast.stmt)), None)
    words = Counter[str]() if statement is None else _words(statement)
    gone = _words(old.tree) - _words(new.tree)
    return "it would delete the statement" if words and words <= gone else ""


def _words(tree: ast.AST) -> Counter[str]:
    """The kinds of statements, the names and the literals."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            found[type(node).__name__] += 1
        for field in ("id", "attr", "arg", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                found[f"{field} {name}"] += 1
        if isinstance(node, ast.Constant):
            found[repr(node.value)] += 1
    return found
