"""The assists behind `Simplify`, `Add type hints`, ... and `fimble.edit`."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from fimble.assist import candidates, fixing
from fimble.assist.base import Outcome, Task, required
from fimble.assist.checks import BUILT_IN, Verdict, Verifier
from fimble.core.completion import filters
from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.completion.filters.dangerous import dangerous
from fimble.core.completion.filters.secrets import secrets
from fimble.core.fixes import Problem, diffing
from fimble.core.refactor import requests
from fimble.core.refactor.requests import REQUESTS, Request
from fimble.core.text import python, rewriting, syntax
from fimble.core.text import snapshot as texts
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.errors import UsageError

LONGEST = 120
"""Lines: more cannot be written again by a small model in bearable time."""
CANDIDATES = 3
DEADLINE_S = 45.0
_ROOM = 200
_EDIT = Request("Edit", "", requests.anything, "")


@dataclass(frozen=True)
class Rewrite:
    """An answer that passed, or why none did."""

    edits: tuple[Edit, ...]
    verdict: Verdict
    reason: str = ""


def rewrite(task: Task) -> Outcome:
    """Rewrites the function or the lines at the place, as one of `REQUESTS` says."""
    name = required(task.arguments, "request", str)
    if name not in REQUESTS:
        raise UsageError(f"There is no rewrite {name!r}.", f"Known: {', '.join(REQUESTS)}.")
    return _outcome(task, REQUESTS[name])


def edit(task: Task) -> Outcome:
    """Changes the lines at the place as the user's instruction says."""
    instruction = required(task.arguments, "instruction", str).strip()
    if not instruction:
        raise UsageError("An edit needs an instruction.")
    return _outcome(task, replace(_EDIT, instruction=instruction))


def _found(task: Task, span: tuple[int, int], request: Request) -> Rewrite:
    """The first answer that keeps what it must and does no harm."""
    snapshot = task.snapshot
    verifier = Verifier(snapshot, None, BUILT_IN)
    question = requests.question(snapshot, span, request.instruction, _ROOM)
    last = Rewrite((), Verdict(), "the model changed nothing, or gave no whole answer")
    until = time.perf_counter() + DEADLINE_S
    for after in candidates.texts(
        task.generator, snapshot, question, task.cancel, count=CANDIDATES, until=until
    ):
        if not request.guard(snapshot, after):
            last = Rewrite((), Verdict(), "the answers changed more than they may")
            continue
        last = judged(verifier, span, diffing.smallest(snapshot.text, after))
        if last.edits:
            break
    return last


def judged(verifier: Verifier, span: tuple[int, int], edits: tuple[Edit, ...]) -> Rewrite:
    """What may become of edits that a model wrote in the place of `span`."""
    snapshot = verifier.snapshot
    harm = _harmful(snapshot, span, apply_edits(snapshot.text, edits))
    if harm:
        return Rewrite((), Verdict(), f"the answers were unsafe ({harm})")
    edits, verdict = fixing.tidied(verifier, Problem(snapshot, Diagnostic(*span, "")), edits)
    if verdict.reason:
        problem = verdict.detail or verdict.reason
        return Rewrite((), verdict, f"the answers would bring a new problem ({problem})")
    return Rewrite(edits, verdict)


def _harmful(snapshot: Snapshot, span: tuple[int, int], after: str) -> str:
    """Why a text may not be offered: it has a secret or plainly dangerous code that is new."""
    tail = len(snapshot.text) - span[1]
    written = after[span[0] : len(after) - tail]
    lines = set(snapshot.text.split("\n"))
    new = "\n".join(line for line in written.split("\n") if line not in lines)
    judged = filters.run(Candidate(new, CursorContext(snapshot, span[0])), (secrets, dangerous))
    return judged.reason if isinstance(judged, Withheld) else ""


def place(task: Task) -> tuple[int, int]:
    """The selected lines or, without a selection, the function at the cursor.

    Raises:
        UsageError: There is nothing there, or too much.
    """
    snapshot, (start, end) = task.snapshot, task.selection
    span = (start, end) if start < end else function_at(snapshot, start)
    if span is None or not snapshot.text[slice(*span)].strip():
        raise UsageError("There is no code here.", "Select the lines to change.")
    last = span[1] - 1 if snapshot.text[span[1] - 1] == "\n" else span[1]
    stop = snapshot.text.find("\n", last)
    whole = texts.line_start(snapshot.text, span[0]), len(snapshot.text) if stop < 0 else stop + 1
    if snapshot.text.count("\n", *whole) > LONGEST:
        raise UsageError(f"That is more than {LONGEST} lines.", "Select fewer.")
    if whole[1] - whole[0] > rewriting.LONGEST:
        raise UsageError(f"That is more than {rewriting.LONGEST} characters.", "Select less.")
    return whole


def function_at(snapshot: Snapshot, offset: int) -> tuple[int, int] | None:
    """The innermost function around an offset."""
    source = python.parse(snapshot.text) if snapshot.language_id == "python" else None
    if source is not None:
        function = source.function(offset, offset)
        return None if function is None else source.span(function)
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    node = None if parsed is None else parsed.at(offset)
    while parsed is not None and node is not None:
        if node.child_by_field_name("parameters") is not None and "\n" in parsed.source(node):
            return parsed.span(node)
        node = node.parent
    return None


def _outcome(task: Task, request: Request) -> Outcome:
    span = place(task)
    task.progress("writing")
    found = _found(task, span, request)
    if not found.edits:
        return Outcome(message=f"Nothing was changed: {found.reason}.")
    promise = f"; {request.promise}" if request.promise else ""
    return Outcome(found.edits, f"Changed ({found.verdict.level}{promise}).", found.verdict.level)
