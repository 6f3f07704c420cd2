"""Finds a fix: proposals of rules first, then the model's; nothing that was not checked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fimble.assist import candidates, library, likelihood, names, project
from fimble.assist.checks import Checker, Verdict, Verifier
from fimble.core.fixes import Problem, Proposal, diffing, proposals, unit
from fimble.core.fixes.missing_import import is_undefined, missing_import, modules_meant
from fimble.core.fixes.refusals import OF_ALL, OF_MODEL, OF_MODEL_TIDIED, refusal, unkept
from fimble.core.fixes.token_repair import SYNTAX_CODES, repairs
from fimble.core.fixes.tool_fix import tool_fix
from fimble.core.text.diagnostics import SYNTAX, Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.request import TextGenerator

_ONE_BY_ONE = "it makes the program do something else: such fixes are chosen one by one"
_TIDY_ROUNDS = 4
"""An import, its modern form, and the import that this leaves unused: three."""


@dataclass(frozen=True)
class Options:
    """How long to look for a fix.

    Attributes:
        candidates: How often the model is asked.
        deadline_s: After so many seconds it is not asked again.
        keeps: Whether a rule's fix is left out that makes the program do something else: of many
            fixes at once nobody looks at each.
    """

    candidates: int = 4
    deadline_s: float = 15.0
    keeps: bool = False


@dataclass(frozen=True)
class Fix:
    """A fix that passed, or what stood in the way.

    Attributes:
        edits: The smallest edits, none if nothing passed.
        title: What it does, "" for the model's.
        verdict: Of the edits, or of the first that stood in the way of something.
        by_model: Whether the model wrote it.
        tried: How many proposals were judged.
        seconds: How long it took.
        silent: The checkers that gave no answer, each with the reason.
    """

    edits: tuple[Edit, ...]
    title: str
    verdict: Verdict
    by_model: bool
    tried: int
    seconds: float
    silent: tuple[str, ...] = ()


def find(
    generator: TextGenerator | None,
    snapshot: Snapshot,
    diagnostic: Diagnostic,
    checkers: Iterable[Checker],
    cancel: CancelToken,
    options: Options = Options(),
) -> Fix:
    """Looks for a fix; blocks, so with a generator it runs on the engine's thread.

    Args:
        generator: Asked where no rule helps; None asks nobody.
        snapshot: The document.
        diagnostic: The finding to remove.
        checkers: They judge every proposal.
        cancel: Ends the search.
        options: Its limits.
    """
    started, tried, first = time.perf_counter(), 0, Verdict("unchanged")
    checkers = tuple(checkers)
    target = known(snapshot, diagnostic, checkers)
    verifier = Verifier(snapshot, target, checkers)
    problem = _problem(snapshot, target)
    for proposal, by_model in _sources(generator, problem, checkers, cancel, options, started):
        tried += 1
        if proposal.changes and options.keeps:
            first = Verdict("refused", _ONE_BY_ONE)
            break
        edits, verdict = _judged(verifier, problem, proposal)
        if first.reason == "unchanged" and verdict.reason in ("new", "refused"):
            first = verdict
        if not verdict.reason:
            edits = _named(generator, verifier, snapshot, edits, proposal, cancel)
            seconds = time.perf_counter() - started
            silent = verifier.silent
            return Fix(edits, proposal.title, verdict, by_model, tried, seconds, silent)
    seconds = time.perf_counter() - started
    return Fix((), "", first, False, tried, seconds, verifier.silent)


def _judged(
    verifier: Verifier, problem: Problem, proposal: Proposal
) -> tuple[tuple[Edit, ...], Verdict]:
    """What becomes of a proposal; what no reader would keep is not shown to the checkers."""
    edits, verdict = proposal.edits, Verdict()
    bare = apply_edits(problem.text, edits)
    why = refusal(problem, bare, OF_MODEL) if proposal.written else ""
    why = why or ("" if proposal.written else unkept(problem, proposal, bare))
    if not why:
        edits, verdict = tidied(verifier, problem, edits)
    if not why and not verdict.reason:
        after = apply_edits(problem.text, edits)
        reasons = OF_MODEL_TIDIED if proposal.written else OF_ALL
        why = "" if proposal.elsewhere else refusal(problem, after, reasons)
        why = why or ("" if proposal.written else unkept(problem, proposal, after))
        why = why or project.broken(problem.snapshot, after)
    return edits, Verdict("refused", why) if why else verdict


def _named(
    generator: TextGenerator | None,
    verifier: Verifier,
    snapshot: Snapshot,
    edits: tuple[Edit, ...],
    proposal: Proposal,
    cancel: CancelToken,
) -> tuple[Edit, ...]:
    """The same edits with the model's names, if they pass with these too."""
    if generator is None or not proposal.names:
        return edits
    better = names.improved(generator, snapshot, edits, proposal.names, cancel)
    return edits if better == edits or verifier.judge(better).reason else better


def known(snapshot: Snapshot, diagnostic: Diagnostic, checkers: Sequence[Checker]) -> Diagnostic:
    """The finding as our own checkers know it: with their word for it, and the tool's fix."""
    parsed = [
        found
        for checker in checkers
        if checker.name == "fimble" and checker.covers(snapshot.language_id)
        for found in checker.check(snapshot) or ()
    ]
    if parsed and (diagnostic.code in SYNTAX_CODES or not diagnostic.code):
        return replace(diagnostic, code=SYNTAX)
    for checker in checkers:
        if checker.name != diagnostic.source.lower() or not checker.covers(snapshot.language_id):
            continue
        for found in checker.check(snapshot, diagnostic.code) or ():
            if found.kind == diagnostic.kind and found.start == diagnostic.start:
                return found
    return replace(diagnostic, source=diagnostic.source.lower())


def _problem(snapshot: Snapshot, target: Diagnostic) -> Problem:
    """The finding with what can be known of a name that it misses; else nothing is read."""
    name = is_undefined(Problem(snapshot, target))
    if not name:
        return Problem(snapshot, target)
    known = {module: library.members(module) for module in modules_meant(name)}
    found = {module: has for module, has in known.items() if has is not None}
    return Problem(snapshot, target, {name: project.modules_of(name, snapshot.uri)}, found)


def _sources(
    generator: TextGenerator | None,
    problem: Problem,
    checkers: Sequence[Checker],
    cancel: CancelToken,
    options: Options,
    started: float,
) -> Iterator[tuple[Proposal, bool]]:
    until = started + options.deadline_s
    if problem.code == SYNTAX:
        yield from _repaired(generator, problem, cancel, until=until)
        return
    unsure: list[Proposal] = []
    for proposal in proposals(problem):
        if cancel.cancelled:
            return
        if proposal.unsure:
            unsure.append(proposal)
        else:
            yield proposal, False
    if generator is not None:
        yield from _meant(generator, problem, unsure, cancel, until)
        for edits in _asked(generator, problem, checkers, cancel, options, started):
            yield Proposal("", edits, written=True), True


def _meant(
    generator: TextGenerator,
    problem: Problem,
    unsure: Sequence[Proposal],
    cancel: CancelToken,
    until: float,
) -> Iterator[tuple[Proposal, bool]]:
    """The proposal that the model is sure of."""
    by_edit = {proposal.edits[0]: proposal for proposal in unsure}
    edit = likelihood.likeliest(generator, problem.snapshot, [*by_edit], cancel, until=until)
    if edit is not None:
        yield by_edit[edit], True


def _asked(
    generator: TextGenerator,
    problem: Problem,
    checkers: Sequence[Checker],
    cancel: CancelToken,
    options: Options,
    started: float,
) -> Iterator[tuple[Edit, ...]]:
    """The model's answers, greedy first, as long as there is time."""
    span = unit.unit(problem)
    if span is None:
        return
    example = next(filter(None, (c.explain(problem.code) for c in checkers)), "")
    question = unit.rewrite(problem, span, example)
    for after in candidates.texts(
        generator,
        problem.snapshot,
        question,
        cancel,
        count=options.candidates,
        until=started + options.deadline_s,
    ):
        yield diffing.smallest(problem.text, after)


def tidied(
    verifier: Verifier, problem: Problem, edits: tuple[Edit, ...]
) -> tuple[tuple[Edit, ...], Verdict]:
    """The verdict; imports that an edit needs, or needs no longer, are put right first."""
    verdict = verifier.judge(edits)
    for _ in range(_TIDY_ROUNDS):
        if verdict.reason != "new" or not verdict.found:
            break
        text = apply_edits(problem.text, edits)
        target = verdict.found[-1]
        repair = _problem(replace(problem.snapshot, text=text), target)
        fixers = (tool_fix,) if target.fix_is_safe else (missing_import,)
        step = next(iter(proposals(repair, fixers)), None)
        if step is None:
            break
        edits = diffing.smallest(problem.text, apply_edits(text, step.edits))
        verdict = verifier.judge(edits)
    return edits, verdict


def _repaired(
    generator: TextGenerator | None, problem: Problem, cancel: CancelToken, *, until: float
) -> Iterator[tuple[Proposal, bool]]:
    """The only single-token repair, or the one of several that the model holds likeliest.

    It chooses by reading: it can neither add nor lose anything. With whether it had to be asked.
    """
    found = repairs(problem)
    if len(found) == 1:
        yield _of_repair(problem, found[0]), False
    elif generator is not None:
        edit = likelihood.likeliest(generator, problem.snapshot, found, cancel, until=until)
        if edit is not None:
            yield _of_repair(problem, edit), True


def _of_repair(problem: Problem, edit: Edit) -> Proposal:
    old, new = problem.text[edit.start : edit.end], edit.new_text
    title = (
        f"`{old}` becomes `{new}`" if old and new else f"add `{new}`" if new else f"drop `{old}`"
    )
    return Proposal(title, (edit,))
