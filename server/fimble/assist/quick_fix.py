"""The assist behind `Fix: ...` and `Fix all of this kind in this file`."""

from __future__ import annotations

from collections.abc import Sequence

from fimble.assist import fixing
from fimble.assist.base import Outcome, Progress, Task, required
from fimble.assist.checks import BUILT_IN, Checker, external
from fimble.assist.fixing import Options
from fimble.core.fixes import diffing
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.request import TextGenerator

_REASONS = {
    "new": "every fix that was found would bring a new problem ({detail})",
    "refused": "a fix was found and refused, because {detail}",
    "remains": "no fix that was found removes it",
    "suppressed": "it could only be silenced",
    "unchanged": "no fix was found",
}
MOST = 50
"""Of one kind in one file: the rest is for the next time."""


def quick_fix(task: Task) -> Outcome:
    """Fixes the diagnostic that the arguments describe."""
    diagnostic = _diagnostic(task)
    task.progress("looking for a fix")
    checkers = _checkers(task)
    fix = fixing.find(task.generator, task.snapshot, diagnostic, checkers, task.cancel, Options())
    if fix.edits:
        return Outcome(fix.edits, said(diagnostic, fix), fix.verdict.level)
    why = _REASONS[fix.verdict.reason or "unchanged"].format(detail=fix.verdict.detail)
    why = "; ".join((why, *fix.silent))
    return Outcome(message=f"Nothing was changed for “{diagnostic.message}”: {why}.")


def fix_all(task: Task) -> Outcome:
    """Fixes every finding of a kind, one after the other."""
    kind = required(task.arguments, "code", str)
    text, fixed, left = every(
        task.generator,
        task.snapshot,
        kind,
        _checkers(task),
        task.cancel,
        task.progress,
        Options(keeps=True),
    )
    if not fixed:
        return Outcome(message=f"No finding of {kind} could be fixed.")
    rest = f", {left} left as they are" if left else ""
    edits = diffing.smallest(task.snapshot.text, text)
    return Outcome(edits, f"Fixed {fixed} of {kind}{rest}.", "each checked")


def _checkers(task: Task) -> tuple[Checker, ...]:
    """Ours, and those that the user's settings name."""
    names = task.arguments.get("checkers", ())
    wanted = [str(name) for name in names] if isinstance(names, list | tuple) else []
    return (*BUILT_IN, *external.named(task.snapshot.uri, wanted, lambda: task.cancel.cancelled))


def every(
    generator: TextGenerator | None,
    snapshot: Snapshot,
    kind: str,
    checkers: Sequence[Checker],
    cancel: CancelToken,
    progress: Progress,
    options: Options,
) -> tuple[str, int, int]:
    """Fixes what can be fixed of one kind.

    Returns:
        The text, how many were fixed, and how many are left.
    """
    text, fixed, skipped, total = snapshot.text, 0, 0, 0
    while fixed + skipped < MOST and not cancel.cancelled:
        current = Snapshot(snapshot.uri, snapshot.path, snapshot.language_id, None, text)
        found = of_kind(current, kind, checkers)
        total = total or min(len(found), MOST)
        if skipped >= len(found):
            return text, fixed, skipped
        progress(f"{fixed + skipped + 1} of {total}", 100 * (fixed + skipped) // max(total, 1))
        fix = fixing.find(generator, current, found[skipped], checkers, cancel, options)
        if fix.edits:
            text, fixed = apply_edits(text, fix.edits), fixed + 1
        else:
            skipped += 1
    return text, fixed, skipped


def said(diagnostic: Diagnostic, fix: fixing.Fix) -> str:
    """What the user hears of a fix."""
    how = f"{fix.title}; " if fix.title else ""
    level = "; ".join((fix.verdict.level, *fix.silent))
    return f"Fixed “{diagnostic.message}” ({how}{level})."


def _diagnostic(task: Task) -> Diagnostic:
    """The diagnostic of an offer; places outside the text are moved into it.

    Raises:
        UsageError: An argument is missing or of a wrong type.
    """
    message, code, source = (
        required(task.arguments, name, str) for name in ("message", "code", "source")
    )
    return Diagnostic(*task.selection, message, code, source)


def of_kind(snapshot: Snapshot, kind: str, checkers: Sequence[Checker]) -> list[Diagnostic]:
    """Every finding of a kind, in the order of the text."""
    found = {
        (d.start, d.end): d
        for checker in checkers
        if checker.covers(snapshot.language_id)
        for d in checker.check(snapshot, kind) or ()
        if d.kind == kind
    }
    return [found[place] for place in sorted(found)]
