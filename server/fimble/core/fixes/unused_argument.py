"""An argument that is not used: dropped in the body, so that the signature stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, is_docstring
from fimble.core.refactor.python import free_names
from fimble.core.refactor.python.rename import is_called_by_position
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Function
from fimble.core.text.snapshot import Edit


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
    star = argument in (owner.args.vararg, owner.args.kwarg, *owner.args.posonlyargs)
    if isinstance(owner, ast.Lambda) and not (star or is_called_by_position(source, owner)):
        return
    if free_names.sees_names(owner) or f"_{name}" in free_names.words(source):
        return
    if isinstance(owner, ast.Lambda) or argument in (owner.args.vararg, owner.args.kwarg):
        yield Proposal(
            f"rename to `_{name}`",
            (Edit(start, start, "_"),),
            loses=((start, start + len(name)),),
        )
        return
    documented = is_docstring(owner.body[0])
    if (documented and len(owner.body) == 1) or _is_for_super(owner, argument):
        return
    first = owner.body[1] if documented else owner.body[0]
    begin = source.span(first)[0]
    if not source.leads(first):
        return
    line = f"del {name}  # Unused.{texts.line_break(source.text)}"
    yield Proposal(f"drop `{name}`", (Edit(begin, begin, line + source.indentation(first)),))


def _is_for_super(owner: Function, argument: ast.arg) -> bool:
    """Whether `super()` takes the argument, which is the first."""
    first = next(iter((*owner.args.posonlyargs, *owner.args.args)), None)
    names = {n.id for n in ast.walk(owner) if isinstance(n, ast.Name)}
    return argument is first and bool(names & {"super", "__class__"})
