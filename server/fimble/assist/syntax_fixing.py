"""Syntax errors: every single-token repair that parses; where there are several, the model chooses.

The model writes the damaged lines again. What it says counts only if it is one of the repairs,
so that it can neither add nor lose anything.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from fimble.assist import candidates
from fimble.core import prompt, rewriting
from fimble.core import text as texts
from fimble.core.fixes import Problem, Proposal
from fimble.core.fixes.token_repair import repairs
from fimble.core.text import Edit, Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation import GenerationRequest, TextGenerator

_LONGEST = 30
"""Lines that the model is asked to write again."""
_CONTEXT = 2
_MOST_FILLED = 12
_SURE, _MARGIN = -0.7, 0.3
"""Natural log probability of the sign, and how far it must stand before the next one."""
_SHOWN = 400
"""Characters before a place where the model is asked what is missing, half of them behind."""


def repaired(
    generator: TextGenerator | None, problem: Problem, cancel: CancelToken, *, until: float
) -> Iterator[tuple[Proposal, bool]]:
    """The only repair, or those that the model confirms, with whether it had to be asked."""
    found = repairs(problem)
    if len(found) == 1:
        yield _proposal(problem, found[0]), False
    elif found and generator is not None:
        filled = _filled(generator, problem.snapshot, found, cancel, until)
        if filled is not None:
            yield _proposal(problem, filled), True
        by_text = {_bare(apply_edits(problem.text, [edit])): edit for edit in found}
        for after in _asked(generator, problem.snapshot, found, cancel, until):
            edit = by_text.get(_bare(after))
            if edit is not None:
                yield _proposal(problem, edit), True


def _filled(
    generator: TextGenerator,
    snapshot: Snapshot,
    found: list[Edit],
    cancel: CancelToken,
    until: float,
) -> Edit | None:
    """The sign that the model itself puts in its place, if it is sure of one."""
    sure: list[tuple[float, Edit]] = []
    signs = [edit for edit in found if len(edit.new_text) == 1]
    for edit in signs if len(signs) <= _MOST_FILLED else ():
        if cancel.cancelled or time.perf_counter() > until:
            return None
        before = snapshot.text[max(0, edit.start - _SHOWN) : edit.start]
        after = snapshot.text[edit.end :][: _SHOWN // 2]
        request = GenerationRequest(
            f"repair {snapshot.uri}",
            prompt.fim_prompt(before, after, generator.manifest.fim),
            max_new_tokens=2,
        )
        result = generator.generate(request, cancel)
        if result.text.strip().startswith(edit.new_text):
            sure.append((result.logprobs[0] if result.logprobs else 0.0, edit))
    sure.sort(key=lambda pair: -pair[0])
    if not sure or sure[0][0] < _SURE or (len(sure) > 1 and sure[0][0] - sure[1][0] < _MARGIN):
        return None
    return sure[0][1]


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
