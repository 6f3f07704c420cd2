"""`fimble docstring PATH`: documents items of a file, or checks that they are documented."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.commands import numbers
from fimble.errors import FimbleError, UsageError

if TYPE_CHECKING:
    from fimble.assist import Outcome
    from fimble.core.text import Snapshot
    from fimble.generation import TextGenerator

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
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="show a diff (default)")
    how.add_argument("--write", action="store_true", help="change the files")
    how.add_argument("--json", action="store_true", help="one JSON object per file")
    parser.add_argument(
        "--style", choices=(AUTO, *NAMES), default=AUTO, help="default: %(default)s"
    )
    parser.add_argument("--model", help="name or package folder (default: the default model)")
    parser.add_argument("--threads", type=numbers.threads, help="threads of the runtime")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Checks or documents every file."""
    from fimble.generation import LocalGenerator
    from fimble.models.store import DEFAULT_MODEL, Store

    snapshots = [read(path) for path in args.path]
    if args.check:
        return check(snapshots, machine=args.json)
    requests = [(snapshot, *_request(args, snapshot)) for snapshot in snapshots]
    installed = Store().find(args.model or DEFAULT_MODEL)
    generator = LocalGenerator.from_package(installed.path, threads=args.threads)
    done = [
        _document(generator, path, snapshot, action, arguments, args)
        for path, (snapshot, action, arguments) in zip(args.path, requests, strict=True)
        if action != ALL or _undocumented(snapshot)
    ]
    return 0 if all(done) else 1


def read(path: Path) -> Snapshot:
    """The file as a snapshot, line breaks as they are.

    Raises:
        UsageError: It cannot be read, is not UTF-8, or is in no language that is documented.
    """
    from fimble.core import languages
    from fimble.core.docstrings.languages import LANGUAGES
    from fimble.core.text import Snapshot

    language = languages.of_path(path.name)
    if language not in LANGUAGES:
        raise UsageError(f"{path} is in no language that Fimble documents.")
    try:
        source = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: {error.reason} at byte {error.start}.") from error
    return Snapshot(path.resolve().as_uri(), str(path), language, None, source)


def check(snapshots: list[Snapshot], *, machine: bool) -> int:
    """Prints what the documentation of files lacks; 1 if anything."""
    found = list(_problems(snapshots))
    for problem in found:
        if machine:
            print(json.dumps(problem, ensure_ascii=False))
        else:
            print(f"{problem['path']}:{problem['line']}: {problem['message']}")
    return 1 if found else 0


def _problems(snapshots: list[Snapshot]) -> Iterator[dict[str, Any]]:
    from fimble.core.docstrings import check, languages

    for snapshot in snapshots:
        for problem in check.problems(snapshot.language_id, languages.items(snapshot)):
            line = snapshot.text.count("\n", 0, problem.item.start) + 1
            yield {"path": snapshot.path, "line": line, "message": problem.message}


def _request(args: argparse.Namespace, snapshot: Snapshot) -> tuple[str, dict[str, Any]]:
    """The assist and its arguments."""
    from fimble.core.docstrings import languages
    from fimble.core.text import offset_at

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
    from fimble.core.text import apply_edits

    task = assist.Task(generator, snapshot, arguments, progress=_report)
    outcome = assist.run(action, task)
    after = apply_edits(snapshot.text, outcome.edits)
    if args.json:
        print(json.dumps(as_json(snapshot, outcome), ensure_ascii=False))
    elif args.write and outcome.edits:
        _write(path, snapshot.text, after)
    elif not args.write:
        sys.stdout.writelines(_diff(snapshot, after))
    if not outcome.edits:
        print(f"fimble: {path}: {outcome.message}", file=sys.stderr)
    return bool(outcome.edits)


def as_json(snapshot: Snapshot, outcome: Outcome) -> dict[str, Any]:
    """The documented keys: path, edits (start, end, text; code points), message, level."""
    edits = [{"start": e.start, "end": e.end, "text": e.new_text} for e in outcome.edits]
    return {
        "path": snapshot.path,
        "edits": edits,
        "message": outcome.message,
        "level": outcome.level,
    }


def _diff(snapshot: Snapshot, after: str) -> list[str]:
    before = snapshot.text.splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, new, snapshot.path, snapshot.path)
    return [line if line.endswith("\n") else line + "\n" for line in lines]


def _write(path: Path, before: str, after: str) -> None:
    """Writes the file, unless it changed meanwhile.

    Raises:
        FimbleError: It changed, or cannot be written.
    """
    try:
        if path.read_bytes() != before.encode("utf-8"):
            raise FimbleError(f"{path} changed meanwhile.", "Nothing was written; run it again.")
        path.write_bytes(after.encode("utf-8"))
    except OSError as error:
        raise FimbleError(f"{path} cannot be written: {error.strerror}.") from error


def _report(message: str, percentage: int | None = None) -> None:
    if sys.stderr.isatty():
        share = f"{percentage:3d} % " if percentage is not None else ""
        print(f"\r\x1b[K{share}{message[:70]}", end="", file=sys.stderr, flush=True)
