"""`fimble generate PATH:LINE:COL`: code from words, checked before it is shown."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from fimble.commands import fix
from fimble.errors import UsageError


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
    fix.add_output(parser)
    parser.add_argument("--model", help="name or package folder (default: the default model)")
    parser.add_argument("--threads", type=int, help="threads of the runtime")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the code."""
    from fimble import assist
    from fimble.assist import templates
    from fimble.core.text import apply_edits, offset_at

    if args.list_templates:
        for template in templates.known():
            print(f"{template.name:24} {template.language_id:12} {template.about}")
        return 0
    match = re.fullmatch(r"(.+):(\d+):(\d+)", args.place or "", re.DOTALL)
    if match is None:
        raise UsageError(f"{args.place!r} is not PATH:LINE:COL.", "Lines and columns begin at 1.")
    args.path = Path(match[1])
    snapshot = fix.read(args.path)
    offset = offset_at(snapshot.text, int(match[2]) - 1, int(match[3]) - 1)
    if offset is None:
        raise UsageError(f"{args.path} has no line {match[2]}, column {match[3]}.")
    arguments: dict[str, object] = {"start": offset}
    if args.template:
        values = dict(item.partition("=")[::2] for item in args.set)
        outcome = templates.fill(snapshot, offset, args.template, values)
    else:
        if args.instruction:
            arguments["instruction"] = args.instruction
        outcome = assist.run("generate", assist.Task(fix.load(args), snapshot, arguments))
    text = apply_edits(snapshot.text, outcome.edits)
    return fix.report(args, snapshot, text, {"message": outcome.message, "level": outcome.level})
