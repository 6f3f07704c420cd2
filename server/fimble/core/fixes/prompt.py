"""How the model is asked for a fix."""

from __future__ import annotations

from fimble.core.fixes.base import Problem
from fimble.core.text import rewriting
from fimble.core.text import snapshot as texts
from fimble.core.text.rewriting import Question


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
