"""A list or dict that all instances share: says so in its type."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text.snapshot import Edit


def class_default(problem: Problem) -> Iterator[Proposal]:
    """Proposes `ClassVar` around the annotation of the attribute."""
    source, nodes = problem.source, problem.nodes
    if problem.code != "RUF012" or source is None:
        return
    item = next((n for n in nodes if isinstance(n, ast.Assign | ast.AnnAssign)), None)
    if item is None:
        return
    owner = source.parents.get(item)
    if not isinstance(owner, ast.ClassDef) or owner.decorator_list or owner.keywords:
        return
    if not all(map(_is_plain, owner.bases)):
        return
    if isinstance(item, ast.AnnAssign):
        start, end = source.span(item.annotation)
        change = Edit(start, end, f"ClassVar[{source.text[start:end]}]")
    else:
        end = source.end(item.targets[0])
        kind = {ast.List: "list", ast.Dict: "dict", ast.Set: "set"}.get(type(item.value), "")
        change = Edit(end, end, f": ClassVar[{kind}]" if kind else ": ClassVar")
    extra = imports.add(source, "typing", "ClassVar")
    yield Proposal("declare it a class variable", (*extra, change))


def _is_plain(base: ast.expr) -> bool:
    """Whether a base class does not look at the types of its attributes."""
    name = getattr(base, "attr", getattr(base, "id", ""))
    return name in ("object", "ABC", "Enum", "TestCase") or name.endswith(("Error", "Exception"))
