"""A fix that changes what a test expects."""

from __future__ import annotations

import ast
from collections import Counter

from fimble.core.fixes.base import Problem
from fimble.core.text import python
from fimble.core.text.python import Source


def expectation(problem: Problem, after: str) -> str:
    """Refuses a text in which an assertion has another literal than before.

    One that gets a name instead is no other expectation.
    """
    old = problem.source
    new = python.parse(after) if old is not None else None
    if old is None or new is None:
        return ""
    was, now = _expected(old), _expected(new)
    return "it would change what a test expects" if was - now and now - was else ""


def _expected(source: Source) -> Counter[str]:
    """The literals in assertions; the message of one is free."""
    return Counter(
        repr(part.value)
        for node in ast.walk(source.tree)
        for part in ast.walk(_asserted(node))
        if isinstance(part, ast.Constant)
    )


def _asserted(node: ast.AST) -> ast.AST:
    """What an `assert` or a call like `self.assertEqual(...)` says; of others an empty node."""
    if isinstance(node, ast.Assert):
        return node.test
    called = node.func if isinstance(node, ast.Call) else None
    asserts = isinstance(called, ast.Attribute) and called.attr.startswith("assert")
    return node if asserts else ast.Pass()
