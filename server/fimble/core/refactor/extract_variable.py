"""Gives an expression a name: evaluated once, at the same time, under the same conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.python import Source, block_of
from fimble.core.text import Edit

_EFFECTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_LATER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp)


def extractable(source: Source, start: int, end: int) -> ast.expr | str:
    """The expression at `start..end`, or why it cannot be given a name."""
    chosen = source.text[start:end]
    start, end = (
        start + len(chosen) - len(chosen.lstrip()),
        end - len(chosen) + len(chosen.rstrip()),
    )
    path = source.around(start, end)
    node = next(
        (n for n in path if isinstance(n, ast.expr) and source.span(n) == (start, end)), None
    )
    if node is None or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return "Select a whole expression."
    if isinstance(node, ast.Starred | ast.Slice | ast.NamedExpr | ast.Yield | ast.YieldFrom):
        return "This expression cannot stand alone."
    statement = next(n for n in path if isinstance(n, ast.stmt))
    return _refusal(source, node, statement, path) or node


def extract_variable(source: Source, node: ast.expr, name: str) -> tuple[Edit, ...]:
    """The edits: the assignment before the statement, and the name in the expression's place."""
    start, end = source.span(node)
    statement = source.statement(start, end)
    assert statement is not None
    value = source.of(node)
    spread = "\n" in value and not value.startswith(("(", "[", "{"))
    at = texts.line_start(source.text, source.span(statement)[0])
    shown, line_break = f"({value})" if spread else value, texts.line_break(source.text)
    named = Edit(at, at, f"{source.indentation(statement)}{name} = {shown}{line_break}")
    shares = isinstance(node, ast.GeneratorExp) and source.text[start - 1 : start].isidentifier()
    return named, Edit(start, end, f"({name})" if shares else name)


def _refusal(source: Source, node: ast.expr, statement: ast.stmt, path: list[ast.AST]) -> str:
    inner = path[path.index(node) + 1 : path.index(statement)]
    below: ast.AST = node
    for parent in inner:
        if isinstance(parent, _LATER) or (
            isinstance(parent, ast.BoolOp) and below is not parent.values[0]
        ):
            return "It is not always evaluated, or not once."
        if isinstance(parent, ast.Compare) and below in parent.comparators[1:]:
            return "It is not always evaluated, or not once."
        if isinstance(parent, ast.JoinedStr | ast.FormattedValue | ast.Starred):
            return "It is a part of a string or a call that cannot be taken apart."
        below = parent
    text = source.text
    begin = source.offset(statement.lineno, statement.col_offset)
    if isinstance(statement, ast.While | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return "A line before the statement would be evaluated at another time."
    if text.startswith("elif", begin) or statement not in block_of(source.tree, statement):
        return "A line before the statement would be evaluated at another time."
    if isinstance(statement, ast.Assert | ast.AnnAssign | ast.AugAssign | ast.Try | ast.Match):
        return "In this statement it is evaluated at a moment of its own."
    if isinstance(statement, ast.With | ast.AsyncWith) and below is not statement.items[0]:
        return "It is evaluated after the first context was entered."
    line = source.lines(begin, begin)[0]
    if text[line:begin].strip():
        return "Other code stands before the statement on its line."
    if any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        return "It sets a variable itself."
    if _something_before(source, node, statement, path):
        return "Something with an effect is evaluated before it."
    return ""


def _something_before(
    source: Source, node: ast.expr, statement: ast.stmt, path: list[ast.AST]
) -> bool:
    """Whether something before it has effects or, if it has some itself, may see them."""
    start = source.span(node)[0]
    before = [n for n in _evaluated(statement) if n not in path and 0 <= _end(source, n) <= start]
    if any(isinstance(n, _EFFECTS) for n in before):
        return True
    if not any(isinstance(n, _EFFECTS) for n in ast.walk(node)):
        return False
    called = {
        n for c in path if isinstance(c, ast.Call) and c is not node for n in ast.walk(c.func)
    }
    shared = {
        name
        for n in ast.walk(source.tree)
        if isinstance(n, ast.Global | ast.Nonlocal)
        for name in n.names
    }
    return any(
        n not in called
        and (isinstance(n, ast.Attribute | ast.Subscript) or getattr(n, "id", "") in shared)
        for n in before
    )


def _end(source: Source, node: ast.AST) -> int:
    return source.end(node) if hasattr(node, "end_lineno") else -1


def _evaluated(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement's own line, not those of its blocks."""
    for name, value in ast.iter_fields(statement):
        if name in ("body", "orelse", "finalbody", "handlers", "targets", "target"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from ast.walk(part)
