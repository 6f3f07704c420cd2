"""`fimble stats`: what was offered and accepted, and how fast, by day."""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.completion.statistics.curve import Level
    from fimble.completion.statistics.summary import Summary
    from fimble.core.completion.gate import Taste

_DAY_SECONDS = 86400


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `stats`."""
    parser = subparsers.add_parser(
        "stats",
        help="what was offered and accepted, and how fast",
        description="Shows requests, suggestions, acceptances, characters saved, reasons and "
        "latency by day. Counted and kept on this machine only: numbers, no text and no file "
        "names.",
    )
    parser.add_argument(
        "--days", type=_positive, default=30, metavar="N", help="how far back (default: 30)"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots to FILE")
    form.add_argument("--clear", action="store_true", help="delete everything that was counted")
    form.add_argument(
        "--reset-gate",
        action="store_true",
        help="forget what was learned of which suggestions you want",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints, writes or clears."""
    from fimble.completion.statistics.curve import curve, leanings
    from fimble.completion.statistics.database import default_path, read, read_taste
    from fimble.completion.statistics.page import render
    from fimble.completion.statistics.summary import by_day, summarize

    path = default_path()
    if args.clear or args.reset_gate:
        return _clear(path) if args.clear else _reset_gate(path)
    outcomes, taste = read(path, time.time() - args.days * _DAY_SECONDS), read_taste(path)
    days, total, levels = by_day(outcomes), summarize("total", outcomes), curve(outcomes)
    if args.json:
        plain = {"days": [dataclasses.asdict(day) for day in days]}
        gate = {"levels": [dataclasses.asdict(one) for one in levels], "taste": leanings(taste)}
        print(json.dumps({**plain, "total": dataclasses.asdict(total), "gate": gate}, indent=2))
    elif args.html is not None:
        _write(args.html, render(days, total, levels, taste))
    else:
        _print(days, total)
        _print_gate(levels, taste)
    return 0


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path} cannot be written: {reason}.", "Name another file.") from error
    print(f"Written to {path}")


def _clear(path: Path) -> int:
    from fimble.completion.statistics.database import Database

    count = 0
    if path.exists():
        with Database(path) as database:
            count = database.clear()
    print(f"{count} requests are forgotten.")
    return 0


def _reset_gate(path: Path) -> int:
    from fimble.completion.statistics.database import Database

    if path.exists():
        with Database(path) as database:
            database.forget_taste()
    print("What was learned is forgotten: the gate decides as for all users.")
    return 0


def _print_gate(levels: Sequence[Level], taste: Taste) -> None:
    from rich.console import Console
    from rich.table import Table

    from fimble.completion.statistics.curve import told
    from fimble.completion.statistics.page import LEVEL_HEADINGS, level_cells

    if all(level.shown is None for level in levels):
        return
    table = Table(box=None, pad_edge=False)
    for index, heading in enumerate(LEVEL_HEADINGS):
        table.add_column(heading, justify="right" if index else "left")
    for level in levels:
        table.add_row(*level_cells(level))
    console = Console()
    console.print()
    console.print(table)
    console.print(told(taste), highlight=False, markup=False)


def _print(days: Sequence[Summary], total: Summary) -> None:
    from rich.console import Console
    from rich.table import Table

    from fimble.completion.statistics.page import HEADINGS, cells, headline

    console = Console()
    console.print(headline(total), highlight=False)
    if not days:
        return
    table = Table(box=None, pad_edge=False)
    for index, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if index else "left")
    for row in (*days, total):
        table.add_row(*cells(row))
    console.print(table)
    for reason, count in total.reasons.items():
        console.print(f"withheld {count:>6,}  {reason}", highlight=False, markup=False)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value
