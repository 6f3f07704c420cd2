"""Syntax errors: every single-token repair that parses; where there are several, the model chooses.

It chooses by reading: it can neither add nor lose anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from fimble.assist import likelihood
from fimble.core.fixes import Problem, Proposal
from fimble.core.fixes.token_repair import repairs
from fimble.core.text.snapshot import Edit
from fimble.engine.cancel import CancelToken
from fimble.generation.request import TextGenerator


def repaired(
    generator: TextGenerator | None, problem: Problem, cancel: CancelToken, *, until: float
) -> Iterator[tuple[Proposal, bool]]:
    """The only repair, or the one that the model is sure of, with whether it had to be asked."""
    found = repairs(problem)
    if len(found) == 1:
        yield _proposal(problem, found[0]), False
    elif generator is not None:
        edit = likelihood.likeliest(generator, problem.snapshot, found, cancel, until=until)
        if edit is not None:
            yield _proposal(problem, edit), True


def _proposal(problem: Problem, edit: Edit) -> Proposal:
    old, new = problem.text[edit.start : edit.end], edit.new_text
    title = (
        f"`{old}` becomes `{new}`" if old and new else f"add `{new}`" if new else f"drop `{old}`"
    )
    return Proposal(title, (edit,))
