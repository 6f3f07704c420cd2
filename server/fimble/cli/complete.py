"""`fimble complete PATH:LINE:COL`: one completion, as an editor would get it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import editing, lazy
from fimble.engine.provider import NAMES
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.completion.pipeline import Completion
    from fimble.core.completion.context import CursorContext

CURSOR = "█"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "complete",
        help="complete a file at a place",
        description=f"Completes a file at PATH:LINE:COL (1-based), or at the {CURSOR} in it "
        "with PATH:cursor.",
    )
    parser.add_argument("place", nargs="+", metavar="PATH:LINE:COL", help="where the cursor stands")
    editing.add_model(parser, "the default model")
    parser.add_argument("--provider", choices=NAMES, default="auto", help="what runs the model")
    parser.add_argument("--json", action="store_true", help="one JSON object per place")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Completes every place with one loaded model."""
    from fimble.completion import pipeline

    contexts = [_context(place) for place in args.place]
    generator = lazy.load(args.model, args.threads, args.provider)
    for context in contexts:
        completion = pipeline.complete(generator, context)
        if args.json:
            print(json.dumps(as_json(completion), ensure_ascii=False))
        else:
            show(context, completion)
    return 0


def as_json(completion: Completion) -> dict[str, Any]:
    """The documented keys: shown, range, raw, reason, finish_reason, timings.

    The range is what `shown` replaces: offsets in code points, in the file without the mark of
    the cursor; where they are equal, nothing.
    """
    return {
        "shown": completion.shown,
        "range": list(completion.insert_range),
        "raw": completion.raw,
        "reason": completion.reason,
        "finish_reason": completion.finish_reason,
        "timings": dataclasses.asdict(completion.timings),
    }


def _context(place: str) -> CursorContext:
    from fimble.core.completion import context
    from fimble.core.text import snapshot as text

    path, line, column = _place(place)
    snapshot = editing.read(path)
    source = snapshot.text
    if line is None or column is None:
        offset: int | None = source.find(CURSOR)
        if offset == -1:
            raise UsageError(f"{path} holds no {CURSOR}.", "Put one where the cursor stands.")
        source = source.replace(CURSOR, "", 1)
    else:
        offset = text.offset_at(source, line - 1, column - 1)
    if offset is None:
        raise UsageError(f"{path} has no line {line}, column {column}.", "Both begin at 1.")
    return context.from_snapshot(dataclasses.replace(snapshot, text=source), offset)


def _place(place: str) -> tuple[Path, int | None, int | None]:
    if place.endswith(":cursor"):
        return Path(place.removesuffix(":cursor")), None, None
    match = re.fullmatch(r"(.+):(\d+):(\d+)", place, re.DOTALL)
    if match is None or match[2] == "0" or match[3] == "0":
        raise UsageError(f"{place!r} is not PATH:LINE:COL.", "Lines and columns begin at 1.")
    return Path(match[1]), int(match[2]), int(match[3])


def show(context: CursorContext, completion: Completion) -> None:
    """Prints the lines around the cursor with the suggestion, and what it replaces."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    timings = completion.timings
    console.rule(Text(context.snapshot.path), align="left")
    shown = Text(completion.shown or f"(nothing: {completion.reason})", "bold green")
    before = "\n".join(context.prefix.split("\n")[-8:])
    replaced = context.line_suffix[: completion.replaced] if completion.shown else ""
    behind = context.line_suffix[len(replaced) :]
    console.print(Text(before, "dim") + shown + Text(behind, "dim"))
    if replaced:
        console.print(f"in place of {replaced!r}", style="yellow", markup=False)
    console.print(
        f"{timings.prompt_tokens} prompt tokens ({timings.reused_tokens} reused), "
        f"{timings.new_tokens} new, first after {timings.ttft_ms:.0f} ms, "
        f"all in {timings.total_ms:.0f} ms",
        style="cyan",
    )
