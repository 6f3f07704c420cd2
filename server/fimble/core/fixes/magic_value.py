"""A bare value in a comparison: gets a name, that of what it is compared with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, insert_before, replace
from fimble.core.refactor.python import free_names
from fimble.core.text.python import Definition, Function, Source


def magic_value(problem: Problem) -> Iterator[Proposal]:
    """Proposes a local variable in a function, a constant elsewhere; no member of a class."""
    source, scopes, nodes = problem.source, problem.scopes, problem.nodes
    if problem.code != "PLR2004" or source is None or scopes is None:
        return
    value = next((n for n in nodes if isinstance(n, ast.Constant | ast.UnaryOp)), None)
    compare = next((n for n in nodes if isinstance(n, ast.Compare)), None)
    statement = next((n for n in nodes if isinstance(n, ast.stmt)), None)
    if value is None or compare is None or statement is None or _lazy(source, statement):
        return
    scope = scopes.of_statement(statement)
    if scope.is_class or any(isinstance(n, ast.JoinedStr) for n in nodes):
        return
    others = [part for part in (compare.left, *compare.comparators) if part is not value]
    exact = isinstance(compare.ops[0], ast.Eq | ast.NotEq)
    subject = _subject(others[0])
    name = f"expected_{subject}" if exact else f"{subject}_limit"
    if not isinstance(scope.node, Function):
        name = name.upper()
    wanted = (name if n == 1 else f"{name}_{n}" for n in range(1, 100))
    name = free_names.choose(scopes, scope, wanted)
    if name:
        named = insert_before(source, statement, f"{name} = {source.of(value)}")
        yield Proposal(f"name it `{name}`", (named, replace(source, value, name)))


def _subject(node: ast.expr) -> str:
    """A word for what is compared: `len(rows)` is `rows_length`."""
    if isinstance(node, ast.Call):
        inner = node.args[0] if node.args else None
        if isinstance(node.func, ast.Name) and node.func.id == "len" and inner is not None:
            return f"{_subject(inner)}_length"
        return _subject(node.func)
    if isinstance(node, ast.Attribute):
        return _word(node.attr)
    if isinstance(node, ast.Name):
        return _word(node.id)
    if isinstance(node, ast.Subscript):
        key = node.slice
        text = key.value if isinstance(key, ast.Constant) else None
        return _word(text) if isinstance(text, str) else _subject(node.value)
    return "value"


def _word(text: str) -> str:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    return re.sub(r"\W+", "_", parted).strip("_").lower() or "value"


def _lazy(source: Source, statement: ast.stmt) -> bool:
    """Whether nothing can stand before the statement: it is an `elif`, or shares its line."""
    start = source.offset(statement.lineno, statement.col_offset)
    header = isinstance(statement, Definition | ast.Match | ast.Try)
    return header or source.text.startswith("elif", start) or not source.leads(statement)
