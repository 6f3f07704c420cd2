"""`fimble fix PATH`: fixes that other tools have verified."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import editing, lazy
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.assist.checks import Checker
    from fimble.assist.fixing import Fix
    from fimble.core.text.diagnostics import Diagnostic
    from fimble.core.text.snapshot import Edit, Snapshot


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "fix",
        help="fix what a checker finds, verified by it",
        description="Looks for fixes: by rules first, then by the model, each verified by the "
        "checkers. Exit status 1 if something was found and nothing of it could be fixed.",
    )
    parser.add_argument("path", type=Path, help="the file")
    parser.add_argument("--code", help="only findings of this rule, for example F821")
    parser.add_argument("--at", type=int, metavar="LINE", help="only findings on this line")
    parser.add_argument(
        "--checker", metavar="NAME", help="also ask this checker of your machine, for example mypy"
    )
    parser.add_argument("--all", action="store_true", help="fix every finding, not only the first")
    editing.add_verification(parser)
    editing.add_output(parser)
    parser.add_argument("--no-model", action="store_true", help="rules only")
    editing.add_model(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fixes the first finding, or all."""
    from fimble.assist import fixing
    from fimble.core.text.snapshot import apply_edits
    from fimble.engine.cancel import CancelToken

    snapshot = editing.read(args.path)
    place = None if args.at is None else _line(snapshot, args.path, args.at)
    checkers = _checkers(args.checker, args.path, snapshot.language_id)
    generator = None if args.no_model else lazy.installed(args.model, args.threads)
    text, skipped = snapshot.text, set[tuple[str, str]]()
    rows: list[dict[str, Any]] = []
    while True:
        current = replace(snapshot, text=text)
        found = _findings(current, checkers, args.code, place)
        todo = [d for d in found if _key(d, text) not in skipped]
        if not todo or (rows and not args.all):
            break
        options = fixing.Options(keeps=args.all)
        fix = fixing.find(generator, current, todo[0], checkers, CancelToken(), options)
        rows.append(_row(todo[0], fix))
        after = apply_edits(text, fix.edits)
        if fix.edits and args.verify_with and not editing.verified(args, snapshot.text, after):
            rows[-1] |= {"outcome": editing.refused(args), "fixed": False}
            after = text
        if after == text:
            skipped.add(_key(todo[0], text))
        else:
            place = _moved(place, fix.edits)
        text = after
    message = "" if rows else _nothing(snapshot, checkers, args)
    editing.report(args, snapshot.text, text, {"fixes": rows, "message": message})
    for row in () if args.json else rows:
        print(f"{row['code']} {row['message']}: {row['outcome']}", file=sys.stderr)
    return 1 if rows and text == snapshot.text else 0


def _line(snapshot: Snapshot, path: Path, line: int) -> int:
    """Where a line begins.

    Raises:
        UsageError: There is no such line.
    """
    from fimble.core.text.snapshot import offset_at

    start = offset_at(snapshot.text, line - 1, 0)
    if start is None:
        last = snapshot.text.count("\n") + 1
        raise UsageError(f"{path} has no line {line}.", f"Lines are 1 to {last}.")
    return start


def _moved(place: int | None, edits: Sequence[Edit]) -> int | None:
    """Where a line begins after edits."""
    if place is None:
        return None
    return place + sum(len(e.new_text) - (e.end - e.start) for e in edits if e.end <= place)


def _checkers(name: str | None, path: Path, language_id: str) -> tuple[Checker, ...]:
    """Ours, and the one that the user names: naming it is trusting it.

    Raises:
        UsageError: It is not there, or nothing knows the language.
    """
    from fimble.assist.checks import BUILT_IN, external

    chosen = BUILT_IN
    if name is not None and name not in {checker.name for checker in BUILT_IN}:
        own = external.named(path.resolve().as_uri(), (name,))
        if not own:
            found = external.find(path.resolve().parent, trusted=True)
            known = ", ".join(checker.name for checker in found) or "none"
            raise UsageError(f"There is no checker {name!r} on this machine.", f"Found: {known}.")
        chosen = (*BUILT_IN, *own)
    if not any(checker.covers(language_id) for checker in chosen):
        raise UsageError(f"No checker knows the language of {path}.")
    return chosen


def _findings(
    snapshot: Snapshot, checkers: Sequence[Checker], code: str | None, place: int | None
) -> list[Diagnostic]:
    """What is found, of one rule or on the line that begins at `place`, in the text's order."""
    from fimble.core.text.snapshot import line_start

    found: dict[tuple[int, str], Diagnostic] = {}
    for checker in checkers:
        if checker.covers(snapshot.language_id):
            for diagnostic in checker.check(snapshot, code or "") or ():
                found.setdefault((diagnostic.start, diagnostic.kind), diagnostic)
    return [
        found[at]
        for at in sorted(found)
        if code in (None, found[at].code)
        and place in (None, line_start(snapshot.text, found[at].start))
    ]


def _nothing(snapshot: Snapshot, checkers: Sequence[Checker], args: argparse.Namespace) -> str:
    """What the user hears where there is nothing to fix; of what else there is, if there is."""
    from fimble.assist.checks import NoAnswer

    covering = [c for c in checkers if c.covers(snapshot.language_id)]
    answers = {checker.name: checker.check(snapshot) for checker in covering}
    failed = [
        f"{name} gave no answer" + (f": {answer.reason}" if answer.reason else "")
        for name, answer in answers.items()
        if isinstance(answer, NoAnswer)
    ]
    if failed:
        return f"Nothing to fix, but {' and '.join(failed)}."
    rule = f" of {args.code}" if args.code else ""
    line = f" on line {args.at}" if args.at else ""
    others = sorted({d.code for d in _findings(snapshot, checkers, None, None)})
    rest = f" There are findings of {', '.join(others)}." if others else ""
    return f"Nothing to fix: no finding{rule}{line} in {args.path}.{rest}"


def _key(diagnostic: Diagnostic, text: str) -> tuple[str, str]:
    line = text[: diagnostic.start].rpartition("\n")[2] + text[diagnostic.start :].split("\n")[0]
    return diagnostic.message, line


def _row(diagnostic: Diagnostic, fix: Fix) -> dict[str, Any]:
    why = f"no fix: {fix.verdict.detail}" if fix.verdict.reason == "refused" else "no fix"
    outcome = "; ".join(filter(None, (fix.title, fix.verdict.level))) if fix.edits else why
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "outcome": "; ".join((outcome, *fix.silent)),
        "fixed": bool(fix.edits),
        "by_model": fix.by_model,
        "level": fix.verdict.level if fix.edits else "",
        "tried": fix.tried,
        "seconds": round(fix.seconds, 3),
    }
