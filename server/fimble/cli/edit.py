"""`fimble edit PATH --range A:B --instruction "..."`: lines changed as you say, checked."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from fimble.cli import editing, lazy
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.generation.request import TextGenerator


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "edit",
        help="change lines as an instruction says",
        description="Changes lines of a file as you say. The result parses and brings no new "
        "finding, or nothing is changed.",
    )
    parser.add_argument("path", type=Path, help="the file")
    parser.add_argument(
        "--range", required=True, metavar="A:B", help="lines, from 1, both included"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--instruction", help="what to change")
    what.add_argument(
        "--request",
        choices=("simplify", "type_hints", "error_handling", "async"),
        help="one of the refactorings that editors offer",
    )
    editing.add_verification(parser)
    editing.add_output(parser)
    editing.add_model(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Edits with the model that the arguments name."""
    return edit(lazy.installed(args.model, args.threads), args)


def edit(generator: TextGenerator, args: argparse.Namespace) -> int:
    """Edits, verifies, and prints or writes."""
    from fimble import assist
    from fimble.core.text.snapshot import apply_edits, offset_at

    snapshot = editing.read(args.path)
    match = re.fullmatch(r"(\d+):(\d+)", args.range)
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    start = offset_at(snapshot.text, first - 1, 0) if 0 < first <= last else None
    if start is None:
        raise UsageError(f"{args.path} has no lines {args.range!r}.", "For example 3:12.")
    end = offset_at(snapshot.text, last, 0)
    place: dict[str, object] = {"start": start, "end": len(snapshot.text) if end is None else end}
    action = "rewrite" if args.request else "edit"
    words = {"request": args.request} if args.request else {"instruction": args.instruction}
    outcome = assist.run(action, assist.Task(generator, snapshot, place | words))
    text, message = apply_edits(snapshot.text, outcome.edits), outcome.message
    asked = args.verify_with and text != snapshot.text
    if asked and not editing.verified(args, snapshot.text, text):
        text, message = snapshot.text, editing.refused(args)
    editing.report(args, snapshot.text, text, {"message": message, "level": outcome.level})
    return 0 if text != snapshot.text else 1
