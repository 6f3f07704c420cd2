"""`fimble docstring PATH`: documents items of a file, or checks that they are documented."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import docstring_check, editing, lazy
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.assist import Outcome
    from fimble.core.text.snapshot import Snapshot
    from fimble.generation.request import TextGenerator

ALL = "docstring.all"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    from fimble.core.docstrings.styles import AUTO, NAMES

    parser = subparsers.add_parser(
        "docstring",
        help="document functions and classes, or check that they are documented",
        description="Writes documentation comments: the structure from the syntax tree, the words "
        "from the model, the code proved unchanged. Without a choice, everything public that has "
        "no documentation is documented, and the change is shown as a diff.",
        epilog=docstring_check.EPILOG,
    )
    parser.add_argument("path", nargs="+", type=Path, help="source files")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--name", metavar="QUALNAME", help="one item, for example Circle.area")
    what.add_argument("--at", type=int, metavar="LINE", help="the item at a line (1-based)")
    what.add_argument(
        "--missing", action="store_true", help="everything public without documentation (default)"
    )
    what.add_argument(
        "--check",
        action="store_true",
        help="change nothing, need no model; exit 1 if public items have no documentation, "
        "or documentation contradicts a signature",
    )
    editing.add_output(parser)
    parser.add_argument(
        "--style", choices=(AUTO, *NAMES), default=AUTO, help="default: %(default)s"
    )
    editing.add_model(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Checks or documents every file."""
    if args.check:
        return docstring_check.run(args.path, machine=args.json)
    snapshots = [read(path) for path in args.path]
    requests = [(snapshot, *_request(args, snapshot)) for snapshot in snapshots]
    generator = lazy.installed(args.model, args.threads)
    done = [
        _document(generator, path, snapshot, action, arguments, args)
        for path, (snapshot, action, arguments) in zip(args.path, requests, strict=True)
        if action != ALL or _undocumented(snapshot)
    ]
    return 0 if all(done) else 1


def read(path: Path) -> Snapshot:
    """The file as a snapshot, as `editing.read`, with the path that the user named.

    Raises:
        UsageError: It cannot be read, or is in no language that is documented.
    """
    from fimble.core.docstrings.languages import LANGUAGES

    snapshot = editing.read(path)
    if snapshot.language_id not in LANGUAGES:
        raise UsageError(f"{path} is in no language that Fimble documents.")
    return replace(snapshot, path=str(path))


def _request(args: argparse.Namespace, snapshot: Snapshot) -> tuple[str, dict[str, Any]]:
    """The assist and its arguments."""
    from fimble.core.docstrings import languages
    from fimble.core.text.snapshot import offset_at

    style = {"style": args.style}
    items = languages.items(snapshot)
    if args.name:
        item = next((i for i in items if i.qualname == args.name), None)
        if item is None:
            known = ", ".join(i.qualname for i in items[:9] if i.qualname)
            raise UsageError(f"{snapshot.path} has no {args.name!r}.", f"It has: {known}.")
        return "docstring.generate", {**style, "start": item.start}
    if args.at is not None:
        line = snapshot.text.split("\n")[args.at - 1 : args.at] if args.at > 0 else []
        column = len(line[0]) - len(line[0].lstrip()) if line else 0
        offset = offset_at(snapshot.text, args.at - 1, column) if line else None
        item = languages.at(items, offset) if offset is not None else None
        if item is None:
            raise UsageError(f"{snapshot.path} has no function or class at line {args.at}.")
        return "docstring.generate", {**style, "start": item.start}
    return ALL, style


def _undocumented(snapshot: Snapshot) -> bool:
    from fimble.core.docstrings import check, languages

    return bool(check.undocumented(languages.items(snapshot)))


def _document(
    generator: TextGenerator,
    path: Path,
    snapshot: Snapshot,
    action: str,
    arguments: dict[str, Any],
    args: argparse.Namespace,
) -> bool:
    """Documents one file; whether it could."""
    from fimble import assist
    from fimble.core.text.snapshot import apply_edits

    task = assist.Task(generator, snapshot, arguments, progress=_report)
    outcome = assist.run(action, task)
    after = apply_edits(snapshot.text, outcome.edits)
    if args.json:
        print(json.dumps(as_json(snapshot, outcome), ensure_ascii=False))
    elif args.write and outcome.edits:
        editing.write(path, snapshot.text, after)
    elif not args.write:
        sys.stdout.writelines(editing.diff(snapshot.text, after, snapshot.path))
    if outcome.message:
        print(f"fimble: {path}: {outcome.message}", file=sys.stderr)
    return bool(outcome.edits) and not outcome.message


def as_json(snapshot: Snapshot, outcome: Outcome) -> dict[str, Any]:
    """The documented keys: path, edits (start, end, text; code points), message, level."""
    edits = [{"start": e.start, "end": e.end, "text": e.new_text} for e in outcome.edits]
    return {
        "path": snapshot.path,
        "edits": edits,
        "message": outcome.message,
        "level": outcome.level,
    }


def _report(message: str, percentage: int | None = None) -> None:
    if sys.stderr.isatty():
        share = f"{percentage:3d} % " if percentage is not None else ""
        print(f"\r\x1b[K{share}{message[:70]}", end="", file=sys.stderr, flush=True)
