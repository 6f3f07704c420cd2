"""An `if` in an `if`, a `with` in a `with`: one statement for both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.python import Source
from fimble.core.text import Edit

With = ast.With | ast.AsyncWith


def nested(problem: Problem) -> Iterator[Proposal]:
    """Proposes the combined statement, its body one level to the left."""
    source = problem.source
    if problem.code not in ("SIM102", "SIM117") or source is None:
        return
    outer = next((n for n in problem.nodes if isinstance(n, ast.If | With)), None)
    headers: list[str] = []
    inner = outer
    while inner is not None:
        headers += _parts(source, inner)
        following = _only_child(inner)
        if following is None or _comments_between(source, inner, following):
            break
        inner = following
    if outer is None or inner is None or inner is outer:
        return
    body = _body(source, outer, inner)
    header = _header(source, outer, headers)
    start = source.offset(outer.lineno, outer.col_offset)
    yield Proposal("combine them", (Edit(start, source.end(outer), f"{header}{body}"),))


def _only_child(node: ast.If | With) -> ast.If | With | None:
    if len(node.body) != 1 or (isinstance(node, ast.If) and node.orelse):
        return None
    child = node.body[0]
    if type(child) is not type(node) or (isinstance(child, ast.If) and child.orelse):
        return None
    return child if isinstance(child, ast.If | With) else None


def _parts(source: Source, node: ast.If | With) -> list[str]:
    if isinstance(node, ast.If):
        loose = isinstance(node.test, ast.BoolOp | ast.IfExp | ast.Lambda | ast.NamedExpr)
        both = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And)
        test = source.of(node.test)
        wrapped = "\n" in test and not both
        return [f"({test})" if (loose and not both) or wrapped else test]
    return [
        source.of(item.context_expr)
        + (f" as {source.of(item.optional_vars)}" if item.optional_vars else "")
        for item in node.items
    ]


def _comments_between(source: Source, outer: ast.If | With, inner: ast.stmt) -> bool:
    """A comment between the two headers would be lost."""
    last = outer.test if isinstance(outer, ast.If) else outer.items[-1].context_expr
    return "#" in source.text[source.end(last) : source.span(inner)[0]]


def _header(source: Source, node: ast.If | With, parts: list[str]) -> str:
    indent, end = source.indentation(node), texts.line_break(source.text)
    word = "if" if isinstance(node, ast.If) else "with"
    word = f"async {word}" if isinstance(node, ast.AsyncWith) else word
    start = source.offset(node.lineno, node.col_offset)
    if source.text[start:].startswith("elif"):
        word = "elif"
    glue = " and " if isinstance(node, ast.If) else ", "
    line = f"{word} {glue.join(parts)}:"
    if len(indent) + len(line) <= 88 and "\n" not in line:
        return line
    if isinstance(node, ast.If):
        lines = [f"{indent}    {'and ' * bool(n)}{part}" for n, part in enumerate(parts)]
    else:
        lines = [f"{indent}    {part}," for part in parts]
    return end.join([f"{word} (", *lines, f"{indent}):"])


def _body(source: Source, outer: ast.If | With, inner: ast.If | With) -> str:
    """What follows the inner header's colon, moved to the left."""
    last = (
        inner.test
        if isinstance(inner, ast.If)
        else (inner.items[-1].optional_vars or inner.items[-1].context_expr)
    )
    colon = source.text.index(":", source.end(last))
    body = source.text[colon + 1 : source.end(outer)]
    excess = len(source.indentation(inner)) - len(source.indentation(outer))
    if '"""' in body or "'''" in body:
        return body
    pattern = re.compile(rf"^[ \t]{{{excess}}}", re.MULTILINE)
    return pattern.sub("", body)
