"""A long measurement done in turns: what was measured is kept in a file and not measured again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


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
