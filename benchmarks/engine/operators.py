"""Where a token's time goes: the runtime's own profile of a decode step, by operator.

    python benchmarks/engine/operators.py

Prints the table of docs/performance.md. Profiling itself costs about a twentieth of a step.
"""

from __future__ import annotations

import argparse
import collections
import json
import tempfile
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

CONTEXTS = (256, 1024, 2048)
STEPS = 20
KERNEL = "_kernel_time"
STEP = "SequentialExecutor::Execute"


class Profiled(OrtModel):
    """Writes a profile."""

    def _options(self, threads: int) -> Any:
        options = super()._options(threads)
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(tempfile.gettempdir()) / "fimble-profile")
        return options

    def events(self) -> list[dict[str, Any]]:
        """Everything that ran; ends the profile."""
        path = Path(self._session.end_profiling())
        events: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        return events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, help="a model package (default: the default)")
    parser.add_argument("--name", default="operators")
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    figures = {context: profile(folder, context) for context in CONTEXTS}
    machine.write(args.name, figures)
    print(table(figures))


def profile(folder: Path, context: int) -> dict[str, Any]:
    """Milliseconds of each operator in a step behind `context` tokens: medians of the steps."""
    manifest = manifests.load(folder)
    ids = Tokenizer.from_file(folder / manifest.tokenizer).encode(machine.own_code())
    threads = machine.cores()
    model = Profiled(folder, manifest, threads=threads, capacity=context + 64, slots=1)
    for past in range(0, context, 64):
        model.forward(ids[past : past + 64], slot=0, past=past, want=1)
    for past in range(context, context + STEPS):
        model.forward(ids[past : past + 1], slot=0, past=past, want=1)
    events = model.events()
    steps = sorted((e["ts"], e["dur"]) for e in events if e["name"] == STEP)[-STEPS:]
    kernels = [e for e in events if e["name"].endswith(KERNEL)]
    rows = [
        collections.Counter({"step": duration}) + _operators(kernels, start, duration)
        for start, duration in steps
    ]
    names = sorted({name for row in rows for name in row})
    return {n: round(float(np.median([row[n] for row in rows])) / 1000, 2) for n in names}


def _operators(
    kernels: list[dict[str, Any]], start: int, duration: int
) -> collections.Counter[str]:
    """Microseconds of each operator between two instants."""
    found: collections.Counter[str] = collections.Counter()
    for event in kernels:
        if start <= event["ts"] < start + duration:
            found[event["args"]["op_name"]] += event["dur"]
    return found


def table(figures: dict[int, dict[str, Any]]) -> str:
    """Markdown, the most expensive operator first; what is below 0.1 ms is left out."""
    last = figures[max(figures)]
    names = sorted((n for n in last if last[n] >= 0.1), key=lambda n: last[n])
    lines = [
        "| operator | " + " | ".join(f"{context:,}" for context in figures) + " |",
        "|---" * (len(figures) + 1) + "|",
    ]
    lines += [
        f"| {name} | " + " | ".join(f"{row.get(name, 0):.2f}" for row in figures.values()) + " |"
        for name in reversed(names)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
