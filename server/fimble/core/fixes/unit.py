"""The piece of code that the model is asked to rewrite."""

from __future__ import annotations

import ast

from fimble.core.fixes.base import Problem
from fimble.core.text import rewriting, syntax
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Function
from fimble.core.text.rewriting import Question

MAX_LINES = 16
"""Of a unit that is widened; a single statement may be longer."""
LONGEST = 60


def unit(problem: Problem, max_lines: int = MAX_LINES) -> tuple[int, int] | None:
    """The largest enclosing statement of at most `max_lines` lines, whole lines.

    Without one it is the innermost statement, None if that is longer than a model of this size
    can copy. A finding on a function's header is about the function.
    """
    spans = _statements(problem) or _nodes(problem)
    best: tuple[int, int] | None = None
    for start, end in spans:
        whole = _lines(problem.text, start, end)
        count = problem.text.count("\n", *whole)
        small = whole[1] - whole[0] <= rewriting.LONGEST
        if small and count <= (LONGEST if best is None else max_lines):
            best = whole
        elif best is None:
            return None
    return best


def _statements(problem: Problem) -> list[tuple[int, int]]:
    source = problem.source
    if source is None:
        return []
    inside = [n for n in problem.nodes if isinstance(n, ast.stmt)]
    kept = [n for n in inside if not isinstance(n, ast.ClassDef) or n is inside[0]]
    functions = [n for n in kept if isinstance(n, Function)]
    if functions:
        kept = kept[: kept.index(functions[0]) + 1]
    return [source.span(n) for n in kept]


def _nodes(problem: Problem) -> list[tuple[int, int]]:
    """The named nodes around the finding, innermost first."""
    parsed = syntax.parse(problem.snapshot.language_id, problem.text)
    if parsed is None:
        return []
    found = problem.diagnostic
    first, last = parsed.byte(found.start), parsed.byte(found.end)
    node = parsed.root.named_descendant_for_byte_range(first, last)
    around = (node, *syntax.parents(node)) if node is not None else ()
    return [parsed.span(n) for n in around if n != parsed.root]


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    stop = text.find("\n", max(end - 1, start))
    return texts.line_start(text, start), len(text) if stop < 0 else stop + 1


def rewrite(problem: Problem, span: tuple[int, int], example: str = "") -> Question:
    """Asks to write the unit anew, with the rule's own example where there is one."""
    found = problem.diagnostic
    line = problem.text[texts.line_start(problem.text, found.start) :].split("\n")[0].strip()
    shown = f"For example:\n\n{example}\n\n" if example else ""
    rule = f" ({found.code})" if found.code else ""

    def words(code: str) -> str:
        return (
            f"{shown}A checker says about the line `{line}`:\n{found.message}{rule}\n\n"
            f"Write this {problem.snapshot.language_id} code again with that fixed, "
            f"and nothing else changed:\n\n{code}"
        )

    return rewriting.ask(problem.snapshot, span, words)
