"""An `if` in an `if`, a `with` in a `with`: one statement for both."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python.shifting import shifted
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Source
from fimble.core.text.snapshot import Edit

With = ast.With | ast.AsyncWith
_LOOSE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr)


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
        test = source.of(node.test)
        own = source.whole(node.test) != source.span(node.test)
        both = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And)
        loose = isinstance(node.test, _LOOSE) and not both
        wrapped = not own and (loose or len(test.splitlines()) > 1)
        return [f"({test})" if wrapped else test]
    return [
        source.of(item.context_expr)
        + (f" as {source.of(item.optional_vars)}" if item.optional_vars else "")
        for item in node.items
    ]


def _comments_between(source: Source, outer: ast.If | With, inner: ast.stmt) -> bool:
    """A comment between the two headers would be lost."""
    start, end = _header_end(source, outer), source.span(inner)[0]
    return any(t.text.startswith("#") and start <= t.start < end for t in source.tokens)


def _header(source: Source, node: ast.If | With, parts: list[str]) -> str:
    indent, end = source.indentation(node), texts.line_break(source.text)
    word = "if" if isinstance(node, ast.If) else "with"
    word = f"async {word}" if isinstance(node, ast.AsyncWith) else word
    start = source.offset(node.lineno, node.col_offset)
    if source.text[start:].startswith("elif"):
        word = "elif"
    glue = " and " if isinstance(node, ast.If) else ", "
    line = f"{word} {glue.join(parts)}:"
    if len(indent) + len(line) <= 88 and len(line.splitlines()) == 1:
        return line
    return _spread(word, parts, indent, end)


def _spread(word: str, parts: list[str], indent: str, end: str) -> str:
    """A header with one part a line."""
    if word == "with" or word.startswith("async"):
        lines = [f"{indent}    {part}," for part in parts]
    else:
        lines = [f"{indent}    {'and ' * bool(n)}{part}" for n, part in enumerate(parts)]
    return end.join([f"{word} (", *lines, f"{indent}):"])


def _header_end(source: Source, node: ast.If | With) -> int:
    """Where the last part of a header ends."""
    if isinstance(node, ast.If):
        return source.whole(node.test)[1]
    item = node.items[-1]
    return source.whole(item.optional_vars or item.context_expr)[1]


def _body(source: Source, outer: ast.If | With, inner: ast.If | With) -> str:
    """What follows the inner header's colon, moved to the left."""
    last = _header_end(source, inner)
    colon = next(t.end for t in source.code_tokens if t.start >= last and t.text == ":")
    old, new = source.indentation(inner), source.indentation(outer)
    return shifted(source, colon, source.end(outer), old, new)
