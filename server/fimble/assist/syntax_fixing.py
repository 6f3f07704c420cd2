"""Syntax errors: every single-token repair that parses; where there are several, the model chooses.

The model writes the damaged lines again. What it says counts only if it is one of the repairs,
so that it can neither add nor lose anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fimble.assist import candidates
from fimble.core import rewriting
from fimble.core import text as texts
from fimble.core.fixes import Problem, Proposal
from fimble.core.fixes.token_repair import repairs
from fimble.core.text import Edit, Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation import TextGenerator

_LONGEST = 30
"""Lines that the model is asked to write again."""
_CONTEXT = 2


def repaired(
    generator: TextGenerator | None, problem: Problem, cancel: CancelToken, *, until: float
) -> Iterator[tuple[Proposal, bool]]:
    """The only repair, or those that the model confirms, with whether it had to be asked."""
    found = repairs(problem)
    if len(found) == 1:
        yield _proposal(problem, found[0]), False
    elif found and generator is not None:
        by_text = {_bare(apply_edits(problem.text, [edit])): edit for edit in found}
        for after in _asked(generator, problem.snapshot, found, cancel, until):
            edit = by_text.get(_bare(after))
            if edit is not None:
                yield _proposal(problem, edit), True


def _asked(
    generator: TextGenerator,
    snapshot: Snapshot,
    found: list[Edit],
    cancel: CancelToken,
    until: float,
) -> Iterator[str]:
    start = texts.line_start(snapshot.text, min(edit.start for edit in found))
    end = texts.line_end(snapshot.text, max(edit.end for edit in found))
    for _ in range(_CONTEXT):
        start = texts.line_start(snapshot.text, max(start - 1, 0))
        end = texts.line_end(snapshot.text, min(end + 1, len(snapshot.text)))
    end = min(end + 1, len(snapshot.text))
    if snapshot.text.count("\n", start, end) > _LONGEST:
        return

    def words(code: str) -> str:
        return (
            f"One bracket, quote or keyword is missing or wrong in this {snapshot.language_id} "
            f"code. Write it again with that put right, and nothing else changed:\n\n{code}"
        )

    question = rewriting.ask(snapshot, (start, end), words)
    yield from candidates.texts(generator, snapshot, question, cancel, count=4, until=until)


def _proposal(problem: Problem, edit: Edit) -> Proposal:
    old, new = problem.text[edit.start : edit.end], edit.new_text
    title = (
        f"`{old}` becomes `{new}`" if old and new else f"add `{new}`" if new else f"drop `{old}`"
    )
    return Proposal(title, (edit,))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
