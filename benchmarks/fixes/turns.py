"""What measurements of fixes share: a long one is done in turns, what is kept is not done again."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store


def arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """A command's arguments, and with them the model, how long, and what becomes of the figures."""
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def generator(args: argparse.Namespace) -> LocalGenerator:
    """The model of `arguments`."""
    return LocalGenerator.from_package(Store().find(args.model).path, threads=args.threads)


def measured(
    tasks: Iterable[tuple[str, Callable[[], dict[str, Any]]]], kept: Path | None, minutes: float
) -> list[dict[str, Any]]:
    """The figures of every task that is measured by now.

    Args:
        tasks: Each with a name that no other has.
        kept: JSON lines, one for each task measured; None keeps nothing.
        minutes: After so many no task is begun.
    """
    lines = kept.read_text(encoding="utf-8").splitlines() if kept and kept.exists() else ()
    known = {row["task"]: row for row in map(json.loads, lines)}
    until = time.monotonic() + 60 * minutes
    for name, measure in tasks:
        if name in known or time.monotonic() > until:
            continue
        known[name] = {"task": name, **measure()}
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(known[name]) + "\n")
    return list(known.values())


def tell(report: dict[str, Any], out: Path | None) -> None:
    """Prints the figures with their date, and writes them to a file if one is wanted."""
    text = json.dumps({**report, "date": time.strftime("%Y-%m-%d")}, indent=2)
    print(text)
    if out:
        out.write_text(f"{text}\n", encoding="utf-8")
