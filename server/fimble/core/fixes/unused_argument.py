"""An argument that is not used: dropped in the body, so that the signature stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core import text as texts
from fimble.core.fixes.base import Problem, Proposal, is_docstring
from fimble.core.python import Function
from fimble.core.text import Edit


def unused_argument(problem: Problem) -> Iterator[Proposal]:
    """Proposes `del name` as the first statement; `*args` and lambdas get an underscore."""
    source = problem.source
    if not problem.code.startswith("ARG") or source is None:
        return
    argument = next((n for n in problem.nodes if isinstance(n, ast.arg)), None)
    owner = next((n for n in problem.nodes if isinstance(n, Function | ast.Lambda)), None)
    if argument is None or owner is None:
        return
    name, start = argument.arg, source.span(argument)[0]
    if isinstance(owner, ast.Lambda) or argument in (owner.args.vararg, owner.args.kwarg):
        yield Proposal(f"rename to `_{name}`", (Edit(start, start, "_"),))
        return
    first = owner.body[1] if len(owner.body) > 1 and is_docstring(owner.body[0]) else owner.body[0]
    begin = source.span(first)[0]
    if source.text[texts.line_start(source.text, begin) : begin].strip():
        return
    line = f"del {name}  # Unused.{texts.line_break(source.text)}"
    yield Proposal(f"drop `{name}`", (Edit(begin, begin, line + source.indentation(first)),))
