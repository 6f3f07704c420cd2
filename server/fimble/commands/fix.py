"""`fimble fix PATH`: fixes that other tools have verified."""

from __future__ import annotations

import argparse
import difflib
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.checks import Checker
    from fimble.core.diagnostics import Diagnostic
    from fimble.core.text import Snapshot
    from fimble.generation import TextGenerator

_VERIFY_LIMIT_S = 600


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "fix",
        help="fix what a checker finds, verified by it",
        description="Looks for fixes: by rules first, then by the model, each verified by the "
        "checkers. Exit status 1 if nothing could be fixed.",
    )
    parser.add_argument("path", type=Path, help="the file")
    parser.add_argument("--code", help="only findings of this rule, for example F821")
    parser.add_argument("--at", type=int, metavar="LINE", help="only findings on this line")
    parser.add_argument(
        "--checker", metavar="NAME", help="also ask this checker of your machine, for example mypy"
    )
    parser.add_argument("--all", action="store_true", help="fix every finding, not only the first")
    add_verification(parser)
    add_output(parser)
    parser.add_argument("--no-model", action="store_true", help="rules only")
    parser.add_argument("--model", help="name or package folder (default: the default model)")
    parser.add_argument("--threads", type=int, help="threads of the runtime")
    parser.set_defaults(run=run)


def add_verification(parser: argparse.ArgumentParser) -> None:
    """Declares what else has to agree."""
    parser.add_argument(
        "--verify-with",
        metavar="COMMAND",
        help='also run this with the new text in place, for example "pytest -q tests/test_a.py"; '
        "the file is put back if it fails",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declares what becomes of an edit."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--diff", action="store_true", help="print a diff (default)")
    way.add_argument("--write", action="store_true", help="change the file")
    way.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Fixes the first finding, or all."""
    from fimble.assist import fixing
    from fimble.core.text import apply_edits
    from fimble.engine.cancel import CancelToken

    snapshot = read(args.path)
    checkers = _checkers(args.checker, args.path)
    generator = None if args.no_model else load(args)
    text, skipped = snapshot.text, set[tuple[str, str]]()
    rows: list[dict[str, Any]] = []
    while True:
        current = at_text(snapshot, text)
        todo = [d for d in _findings(current, checkers, args) if _key(d, text) not in skipped]
        if not todo or (rows and not args.all):
            break
        fix = fixing.find(generator, current, todo[0], checkers, CancelToken())
        rows.append(_row(todo[0], fix))
        after = apply_edits(text, fix.edits)
        if fix.edits and args.verify_with and not verified(args, after):
            rows[-1] |= {"outcome": refused(args), "fixed": False}
            after = text
        if after == text:
            skipped.add(_key(todo[0], text))
        text = after
    return report(args, snapshot, text, {"fixes": rows})


def verified(args: argparse.Namespace, text: str) -> bool:
    """Whether the user's command succeeds with the new text in the file; the old one comes back.

    Raises:
        UsageError: It could not be run.
    """
    old = args.path.read_bytes()
    try:
        args.path.write_bytes(text.encode("utf-8"))
        command = shlex.split(args.verify_with)
        done = subprocess.run(command, capture_output=True, timeout=_VERIFY_LIMIT_S, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{args.verify_with!r} could not be run: {error}.") from error
    finally:
        args.path.write_bytes(old)
    return done.returncode == 0


def refused(args: argparse.Namespace) -> str:
    """What the user hears of an edit that the command did not accept."""
    return f"Nothing was changed: {args.verify_with!r} failed."


def report(args: argparse.Namespace, snapshot: Snapshot, text: str, facts: dict[str, Any]) -> int:
    """Prints or writes the new text; 1 if it is the old one."""
    changed = text != snapshot.text
    if args.json:
        print(json.dumps({**facts, "text": text if changed else None}, ensure_ascii=False))
    elif args.write and changed:
        args.path.write_bytes(text.encode("utf-8"))
    elif changed:
        old, new = snapshot.text.splitlines(True), text.splitlines(True)
        sys.stdout.writelines(difflib.unified_diff(old, new, str(args.path), str(args.path)))
    for row in () if args.json else facts.get("fixes", ()):
        print(f"{row['code']} {row['message']}: {row['outcome']}", file=sys.stderr)
    if not changed and not args.json:
        print(facts.get("message") or "Nothing was changed.", file=sys.stderr)
    return 0 if changed else 1


def read(path: Path) -> Snapshot:
    """The file as a snapshot.

    Raises:
        UsageError: It cannot be read.
    """
    from fimble.core import languages
    from fimble.core.text import Snapshot

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: {error.reason} at byte {error.start}.") from error
    return Snapshot(path.resolve().as_uri(), path.name, languages.of_path(path.name), None, text)


def at_text(snapshot: Snapshot, text: str) -> Snapshot:
    """The same document with another text."""
    from dataclasses import replace

    return replace(snapshot, text=text)


def load(args: argparse.Namespace) -> TextGenerator:
    """The model that the arguments name.

    Raises:
        ModelError: It is not installed.
    """
    from fimble.generation import LocalGenerator
    from fimble.models.store import DEFAULT_MODEL, Store

    installed = Store().find(args.model or DEFAULT_MODEL)
    return LocalGenerator.from_package(installed.path, threads=args.threads)


def _checkers(name: str | None, path: Path) -> tuple[Checker, ...]:
    """Ours, and the one that the user names: naming it is trusting it."""
    from fimble.checks import BUILT_IN, external

    if name is None or name in {checker.name for checker in BUILT_IN}:
        return BUILT_IN
    chosen = external.named(path.resolve().as_uri(), (name,))
    if not chosen:
        found = external.find(path.resolve().parent, trusted=True)
        known = ", ".join(checker.name for checker in found) or "none"
        raise UsageError(f"There is no checker {name!r} on this machine.", f"Found: {known}.")
    return (*BUILT_IN, *chosen)


def _findings(
    snapshot: Snapshot, checkers: tuple[Checker, ...], args: argparse.Namespace
) -> list[Diagnostic]:
    found: dict[tuple[int, str], Diagnostic] = {}
    for checker in checkers:
        if checker.covers(snapshot.language_id):
            for diagnostic in checker.check(snapshot, args.code or "") or ():
                found.setdefault((diagnostic.start, diagnostic.kind), diagnostic)
    return [
        found[place]
        for place in sorted(found)
        if args.code in (None, found[place].code)
        and args.at in (None, snapshot.text.count("\n", 0, found[place].start) + 1)
    ]


def _key(diagnostic: Diagnostic, text: str) -> tuple[str, str]:
    line = text[: diagnostic.start].rpartition("\n")[2] + text[diagnostic.start :].split("\n")[0]
    return diagnostic.message, line


def _row(diagnostic: Diagnostic, fix: Any) -> dict[str, Any]:
    outcome = "; ".join(filter(None, (fix.title, fix.verdict.level))) if fix.edits else "no fix"
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "outcome": outcome,
        "fixed": bool(fix.edits),
        "by_model": fix.by_model,
        "level": fix.verdict.level if fix.edits else "",
        "tried": fix.tried,
        "seconds": round(fix.seconds, 3),
    }
