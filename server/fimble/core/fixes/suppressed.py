"""`try: ... except E: pass` as `with contextlib.suppress(E)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal, replace


def suppressed(problem: Problem) -> Iterator[Proposal]:
    """Proposes the context manager; comments of the handler stay above it."""
    source = problem.source
    item = next((n for n in problem.nodes if isinstance(n, ast.Try)), None)
    if problem.code != "SIM105" or source is None or item is None or len(item.handlers) != 1:
        return
    handler = item.handlers[0]
    if handler.type is None or item.orelse or item.finalbody or not item.body:
        return
    indent, end = source.indentation(item), texts.line_break(source.text)
    types = source.of(handler.type)
    types = types[1:-1].rstrip(", ") if isinstance(handler.type, ast.Tuple) else types
    begin = source.lines(*source.span(item.body[0]))[0]
    body = source.text[begin : source.end(item.body[-1])]
    tail = source.text[source.end(item.body[-1]) : source.end(item)]
    comments = [f"# {line.partition('#')[2].strip()}" for line in tail.split("\n") if "#" in line]
    above = "".join(f"{comment}{end}{indent}" for comment in comments)
    new = f"{above}with contextlib.suppress({types}):{end}{body}"
    yield Proposal("suppress it", (*imports.add(source, "contextlib"), replace(source, item, new)))
