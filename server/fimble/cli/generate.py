"""`fimble generate PATH:LINE:COL`: code from words, checked before it is shown."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fimble.cli import editing, lazy
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.core.text.snapshot import Snapshot


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "generate",
        help="write code as an instruction, a comment or a template says",
        description="Writes code at a place of a file. It parses and brings no new finding, or "
        "nothing is written.",
    )
    parser.add_argument("place", nargs="?", metavar="PATH:LINE:COL", help="from 1")
    parser.add_argument(
        "--instruction", help="what to write (default: what the comment at the place says)"
    )
    parser.add_argument("--template", metavar="NAME", help="begin from a template")
    parser.add_argument("--list-templates", action="store_true", help="list the templates")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="fill a template's gap"
    )
    editing.add_output(parser)
    editing.add_model(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the code."""
    from fimble import assist
    from fimble.assist import templates
    from fimble.core.text.snapshot import apply_edits

    if args.list_templates:
        for template in templates.known():
            print(f"{template.name:24} {template.language_id:12} {template.about}")
        return 0
    snapshot, offset = _place(args)
    if args.template:
        outcome = templates.fill(snapshot, offset, args.template, _values(args.set))
    else:
        words = {"instruction": args.instruction} if args.instruction else {}
        model = lazy.installed(args.model, args.threads)
        outcome = assist.run("generate", assist.Task(model, snapshot, {"start": offset, **words}))
    text = apply_edits(snapshot.text, outcome.edits)
    facts = {"message": outcome.message, "level": outcome.level, "warning": outcome.warning}
    if outcome.warning:
        print(outcome.warning, file=sys.stderr)
    editing.report(args, snapshot.text, text, facts)
    return 0 if text != snapshot.text else 1


def _place(args: argparse.Namespace) -> tuple[Snapshot, int]:
    """The file and the offset in it; `args.path` is set.

    Raises:
        UsageError: There is no such place.
    """
    from fimble.core.text.snapshot import offset_at

    match = re.fullmatch(r"(.+):(\d+):(\d+)", args.place or "", re.DOTALL)
    if match is None:
        said = f"{args.place!r} is not a place." if args.place else "Where?"
        raise UsageError(said, "Give PATH:LINE:COL; lines and columns begin at 1.")
    args.path = Path(match[1])
    snapshot = editing.read(args.path)
    offset = offset_at(snapshot.text, int(match[2]) - 1, int(match[3]) - 1)
    if offset is None:
        raise UsageError(f"{args.path} has no line {match[2]}, column {match[3]}.")
    return snapshot, offset


def _values(given: list[str]) -> dict[str, str]:
    """The words for a template.

    Raises:
        UsageError: One has no name or no value.
    """
    wrong = next((item for item in given if not re.fullmatch(r"\w+=.+", item)), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is not NAME=VALUE.")
    return dict(item.split("=", 1) for item in given)
