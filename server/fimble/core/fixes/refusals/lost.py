"""Whether a rewritten unit is still the same piece of code.

A checker is happy with a file from which the difficult part was deleted. So a rewrite must keep
what the finding is not about: signatures, and calls, imports and literals outside its lines.
"""

from __future__ import annotations

import ast
from collections import Counter

from fimble.core.fixes.base import Problem
from fimble.core.text import python
from fimble.core.text.python import Function, Source

_SLACK = 1
"""So many calls and names may vanish besides those of the finding's own lines."""
_SIGNATURE = "it would lose a function or a parameter"
_CODE = "it would lose code that the finding is not about"


def lost(problem: Problem, after: str) -> str:
    """Refuses a text that lost a function, a parameter, calls, imports or literals."""
    old = problem.source
    new = python.parse(after) if old is not None else None
    if old is None or new is None:
        return "" if len(after.split()) >= 0.8 * len(problem.text.split()) else _CODE
    found = problem.diagnostic
    lines = old.text.count("\n", 0, found.start) + 1, old.text.count("\n", 0, found.end) + 1
    fewer = sum(_signatures(new, (0, 0)).values()) < sum(_signatures(old, (0, 0)).values())
    if fewer or _signatures(old, lines) - _signatures(new, (0, 0)):
        return _SIGNATURE
    missing = _words(old, lines) - _words(new, (0, 0))
    return "" if sum(missing.values()) <= _SLACK else _CODE


def _signatures(source: Source, without: tuple[int, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in ast.walk(source.tree):
        if isinstance(node, Function | ast.ClassDef) and not _within(node.lineno, without):
            names = ",".join(a.arg for a in _arguments(node))
            found[f"{node.name}({names})"] += 1
    return found


def _arguments(node: ast.AST) -> list[ast.arg]:
    args = getattr(node, "args", None)
    if not isinstance(args, ast.arguments):
        return []
    return [*args.posonlyargs, *args.args, *args.kwonlyargs]


def _words(source: Source, without: tuple[int, int]) -> Counter[str]:
    """Called and imported names, and literals, outside the given lines."""
    found: Counter[str] = Counter()
    for node in ast.walk(source.tree):
        if _within(getattr(node, "lineno", 0), without):
            continue
        if isinstance(node, ast.Call):
            found[ast.unparse(node.func).rpartition(".")[2]] += 1
        elif isinstance(node, ast.Constant) and node.value not in (None, True, False, ""):
            found[repr(node.value)] += 1
        elif isinstance(node, ast.Raise | ast.Return | ast.Await | ast.Yield | ast.Assert):
            found[type(node).__name__] += 1
        elif isinstance(node, ast.alias):
            found[f"import {ast.unparse(node)}"] += 1
    return found


def _within(line: int, lines: tuple[int, int]) -> bool:
    return lines[0] <= line <= lines[1]
