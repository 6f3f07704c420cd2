"""A function that does too much: its largest parts become functions of their own.

One proposal for each step: one part taken out, then two, ... The names are plain; whoever has a
model may put better ones in their place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fimble.core.fixes import diffing
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python import free_names, scopes
from fimble.core.refactor.python.extract_function import Extraction, extract_function, extractable
from fimble.core.text import python
from fimble.core.text.python import Function, Source, blocks
from fimble.core.text.snapshot import apply_edits

_COMPLEX = frozenset({"C901", "PLR0912", "PLR0915"})
_TRY = frozenset({"PLW0717", "TRY301"})
_MOST_STEPS = 4
_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.ExceptHandler,
    ast.comprehension,
)
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)


def split(problem: Problem) -> Iterator[Proposal]:
    """Proposes extractions, the part with the most branches first."""
    source = problem.source
    if problem.code not in _COMPLEX | _TRY or source is None:
        return
    name, number = _owner(problem, source)
    text, names = problem.text, list[str]()
    while name and len(names) < _MOST_STEPS:
        current = python.parse(text)
        part = _largest(current, name, number, problem) if current else None
        if current is None or part is None:
            return
        all_scopes = scopes.of_source(current)
        taken = free_names.words(current)
        new = next(n for n in _names(name) if n not in taken)
        names.append(new)
        text = apply_edits(text, extract_function(all_scopes, part, new))
        edits = diffing.smallest(problem.text, text)
        title = f"extract {' and '.join(f'`{n}`' for n in names)}"
        yield Proposal(title, edits, tuple(names))
        if problem.code in _TRY:
            return


def _owner(problem: Problem, source: Source) -> tuple[str, int]:
    """The function's name, "" without one, and which of that name it is: both stay the same."""
    start, end = problem.diagnostic.start, problem.diagnostic.end
    owner = source.function(start, end)
    if owner is None and problem.code in _COMPLEX:
        owner = source.function(start, start)
    return (owner.name, _called(source, owner.name).index(owner)) if owner else ("", 0)


def _called(source: Source, name: str) -> list[Function]:
    found = [n for n in ast.walk(source.tree) if isinstance(n, Function) and n.name == name]
    return sorted(found, key=lambda n: n.lineno)


def _largest(source: Source, name: str, number: int, problem: Problem) -> Extraction | None:
    """The part of the function with the most branches that can be taken out."""
    owner = _called(source, name)[number]
    if problem.code in _TRY:
        parts = [n for n in problem.nodes if isinstance(n, ast.If | ast.Raise | ast.Try)]
        tries = [n for n in parts if isinstance(n, ast.Try)]
        inside = {s for t in tries for b in blocks(t) for s in b} & set(problem.nodes)
        wanted = list(inside) or [s for t in tries[:1] for s in t.body]
    else:
        wanted = [n for n in ast.walk(owner) if isinstance(n, _COMPOUND)]
    for part in sorted(wanted, key=_weight, reverse=True):
        found = extractable(scopes.of_source(source), *source.span(part))
        if not isinstance(found, str) and found.owner is owner:
            return found
    return None


def _weight(node: ast.AST) -> int:
    return sum(isinstance(n, _BRANCHES) for n in ast.walk(node)) + len(list(ast.walk(node))) // 100


def _names(owner: str) -> Iterator[str]:
    bare = owner.strip("_")
    yield f"_{bare}_part"
    for number in range(2, 100):
        yield f"_{bare}_part_{number}"
