"""Gives an expression a name: evaluated once, at the same time, under the same conditions."""

from __future__ import annotations

import ast
from itertools import takewhile

from fimble.core.refactor.python import evaluation, free_names
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Definition, Function, Source, block_of
from fimble.core.text.snapshot import Edit

_LATER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp)


def extractable(source: Source, start: int, end: int) -> ast.expr | str:
    """The expression at `start..end`, or why it cannot be given a name."""
    start, end = texts.trimmed(source.text, start, end)
    inside = source.around(start, end)
    whole = [n for n in ast.iter_child_nodes(inside[0]) if source.whole(n) == (start, end)]
    node = next(
        (n for n in (*inside, *whole) if isinstance(n, ast.expr) and _spans(source, n, start, end)),
        None,
    )
    if node is None or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return "Select a whole expression."
    if isinstance(node, ast.Starred | ast.Slice | ast.NamedExpr | ast.Yield | ast.YieldFrom):
        return "This expression cannot stand alone."
    statement = next(n for n in inside if isinstance(n, ast.stmt))
    return refusal(source, node, statement) or node


def _spans(source: Source, node: ast.AST, start: int, end: int) -> bool:
    return (start, end) in (source.span(node), source.whole(node))


def extract_variable(source: Source, node: ast.expr, name: str) -> tuple[Edit, ...]:
    """The edits: the assignment before the statement, and the name in the expression's place."""
    start, end = source.whole(node)
    statement = source.statement(start, end)
    assert statement is not None
    value = source.of(node)
    own = source.span(node) != (start, end)
    lines = len(value.splitlines()) > 1
    if own and not lines:
        value, own = source.text[slice(*source.span(node))], False
    spread = lines and not value.startswith(("(", "[", "{"))
    at = source.line_start(source.span(statement)[0])
    shown, line_break = f"({value})" if spread else value, texts.line_break(source.text)
    named = Edit(at, at, f"{source.indentation(statement)}{name} = {shown}{line_break}")
    return named, Edit(start, end, f"({name})" if source.shares_brackets(node) else name)


def refusal(source: Source, node: ast.expr, statement: ast.stmt) -> str:
    """Why an expression of a statement cannot be evaluated in a line above it, "" if it can."""
    below: ast.AST = node
    for parent in takewhile(lambda n: n is not statement, source.above(node)):
        if isinstance(parent, _LATER) or (
            isinstance(parent, ast.BoolOp) and below is not parent.values[0]
        ):
            return "It is not always evaluated, or not once."
        if isinstance(parent, ast.Compare) and below in parent.comparators[1:]:
            return "It is not always evaluated, or not once."
        if isinstance(parent, ast.JoinedStr | ast.FormattedValue | ast.Starred):
            return "It is a part of a string or a call that cannot be taken apart."
        below = parent
    reason = _statement(source, node, statement, below)
    if reason:
        return reason
    if any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        return "It sets a variable itself."
    if not evaluation.may_come_first(source, statement, node):
        return "Something with an effect is evaluated before it."
    return ""


def _is_entered(statement: ast.With | ast.AsyncWith, node: ast.expr) -> bool:
    """Whether a node is in the first of the contexts that a statement enters."""
    return any(n is node for n in ast.walk(statement.items[0].context_expr))


def _statement(source: Source, node: ast.expr, statement: ast.stmt, part: ast.AST) -> str:
    """Why nothing can be evaluated before a statement of which `part` is the relevant part."""
    begin = source.offset(statement.lineno, statement.col_offset)
    if isinstance(statement, ast.While | Definition):
        return "A line before the statement would be evaluated at another time."
    if source.text.startswith("elif", begin) or statement not in block_of(source.tree, statement):
        return "A line before the statement would be evaluated at another time."
    if isinstance(statement, ast.Assert | ast.AnnAssign | ast.AugAssign | ast.Try | ast.Match):
        return "In this statement it is evaluated at a moment of its own."
    if isinstance(statement, ast.With | ast.AsyncWith) and not _is_entered(statement, node):
        return "It is evaluated after the first context was entered."
    if isinstance(statement, ast.For | ast.AsyncFor) and part is not statement.iter:
        return "It is evaluated in every turn of the loop."
    if not source.leads(statement):
        return "Other code stands before the statement on its line."
    if isinstance(statement, ast.Expr) and isinstance(node, ast.Constant):
        return "It documents what it stands in."
    scope = source.owner(statement)
    if isinstance(scope, ast.ClassDef):
        return "A variable of a class would be its attribute."
    if free_names.sees_names(scope if isinstance(scope, Function) else source.tree):
        return "A new variable might be read by its name."
    return ""
