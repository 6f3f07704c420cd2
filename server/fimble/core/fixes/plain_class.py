"""A class that only keeps its arguments: a data class."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal, is_docstring
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit


def plain_class(problem: Problem) -> Iterator[Proposal]:
    """Proposes `@dataclass` with a field for every argument of `__init__`."""
    source = problem.source
    owner = next((n for n in problem.nodes if isinstance(n, ast.ClassDef)), None)
    if problem.code != "B903" or source is None or owner is None or owner.decorator_list:
        return
    start = next((s for s in owner.body if isinstance(s, ast.FunctionDef)), None)
    if start is None or start.name != "__init__" or owner.bases or start.decorator_list:
        return
    rest = (*start.args.kwonlyargs, *start.args.posonlyargs, start.args.vararg, start.args.kwarg)
    if any(rest) or owner.keywords:
        return
    fields = _fields(start)
    if fields is None:
        return
    indent, end = source.indentation(start), texts.line_break(source.text)
    header = source.offset(owner.lineno, owner.col_offset)
    edits = [
        Edit(header, header, f"@dataclass{end}{source.indentation(owner)}"),
        Edit(*source.span(start), f"{end}{indent}".join(fields)),
    ]
    edits = [*imports.add(source, "dataclasses", "dataclass"), *edits]
    title = "make it a data class: its objects compare by their fields"
    yield Proposal(title, tuple(edits), loses=(source.span(start),), changes=True)


def _fields(start: ast.FunctionDef) -> list[str] | None:
    """The fields, None if `__init__` does more than keep its arguments under their names."""
    args = start.args.args[1:]
    defaults = [None] * (len(args) - len(start.args.defaults)) + list(start.args.defaults)
    kept = {}
    for statement in start.body:
        if is_docstring(statement):
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(statement, ast.AnnAssign):
            target = statement.target
        value = getattr(statement, "value", None)
        if not isinstance(target, ast.Attribute) or not isinstance(value, ast.Name):
            return None
        kept[target.attr] = value.id
    if list(kept.items()) != [(a.arg, a.arg) for a in args]:
        return None
    lines = []
    for arg, default in zip(args, defaults, strict=True):
        hint = ast.unparse(arg.annotation) if arg.annotation else "object"
        mutable = isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call)
        if mutable:
            return None
        lines.append(f"{arg.arg}: {hint}" + (f" = {ast.unparse(default)}" if default else ""))
    return lines
