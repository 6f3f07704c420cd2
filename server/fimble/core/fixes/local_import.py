"""An import inside a function: moved to the top."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.python import block_of
from fimble.core.text import Edit


def local_import(problem: Problem) -> Iterator[Proposal]:
    """Proposes the import at the top, unless the name means something else there."""
    source, scopes = problem.source, problem.scopes
    if problem.code != "PLC0415" or source is None or scopes is None:
        return
    item = next((n for n in problem.nodes if isinstance(n, ast.Import | ast.ImportFrom)), None)
    if item is None or len(item.names) != 1 or (isinstance(item, ast.ImportFrom) and item.level):
        return
    alias = item.names[0]
    bound = alias.asname or alias.name.split(".")[0]
    if len(block_of(source.tree, item)) == 1 or bound in scopes.module.bound:
        return
    if isinstance(item, ast.ImportFrom):
        top = imports.add(source, item.module or "", alias.name, alias.asname or "")
    else:
        top = imports.add(source, alias.name, alias=alias.asname or "")
    start, end = source.lines(*source.span(item))
    while source.text[end:].startswith("\n") and source.text[:start].rstrip(" ").endswith(":\n"):
        end += 1
    yield Proposal("move it to the top", (*top, Edit(start, end, "")))
