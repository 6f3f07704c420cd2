"""Whether the path helps in a file that has just been begun.

    python benchmarks/quality/new_files.py TASKS.jsonl [--files N] [--threads N] [--out ROWS.jsonl]

The files of the tasks, as they were when they had 0, 2, 5 and 12 lines: the next line that is not
blank is asked for, with the repository's name and the file's path before the prompt and without.
Prints both by how much stood in the file.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from fimble.cli import evaluate, scores
from fimble.completion import pipeline
from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store

LINES = (0, 2, 5, 12)
SIZES = (0, 1, 60, 200, 400, 10_000)
SEED = 3


@dataclass(frozen=True)
class Row:
    """One answer: how much stood in the file, whether its path was said, how good it is."""

    characters: int
    path: bool
    shown: bool
    exact: bool
    word: bool
    likeness: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--files", type=int, default=4, help="of each language")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    generator = LocalGenerator.from_package(
        Store().find(args.model).path, threads=args.threads, provider="cpu"
    )
    rows = [
        answer(generator, task, path=path)
        for task in begun(evaluate.read(args.tasks), args.files)
        for path in (False, True)
    ]
    if args.out:
        args.out.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows))
    table(rows)


def begun(tasks: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Tasks in the first lines of some files of each language."""
    files: dict[str, dict[str, dict[str, Any]]] = {}
    for task in tasks:
        files.setdefault(task["lang"], {}).setdefault(task["path"], task)
    chooser = random.Random(SEED)
    for _, by_path in sorted(files.items()):
        for task in chooser.sample(list(by_path.values()), min(count, len(by_path))):
            lines = (task["prefix"] + task["gold"] + task["suffix"]).split("\n")
            for number in LINES:
                left = [line for line in lines[number:] if line.strip()]
                if left:
                    prefix = "".join(f"{line}\n" for line in lines[:number])
                    yield {**task, "prefix": prefix, "suffix": "", "gold": left[0]}


def answer(generator: LocalGenerator, task: dict[str, Any], *, path: bool) -> Row:
    options = pipeline.Options(
        multiline=False, header=path, repository=task["repo"].rpartition("/")[2]
    )
    shown = pipeline.complete(generator, evaluate.context_of(task), options).shown
    line, gold = scores.first_line(shown), scores.first_line(task["gold"])
    return Row(
        characters=len(task["prefix"]),
        path=path,
        shown=bool(line),
        exact=line == gold,
        word=scores.same_word(line, gold),
        likeness=scores.likeness(line, gold),
    )


def table(rows: list[Row]) -> None:
    print("| characters | path | tasks | exact % | first word % | likeness % | shown % |")
    print("|---|---|---|---|---|---|---|")
    for least, most in itertools.pairwise(SIZES):
        for path in (False, True):
            group = [r for r in rows if least <= r.characters < most and r.path == path]
            if group:
                shares = (
                    100 * fmean(row.exact for row in group),
                    100 * fmean(row.word for row in group),
                    fmean(row.likeness for row in group),
                    100 * fmean(row.shown for row in group),
                )
                columns = " | ".join(f"{share:.1f}" for share in shares)
                size = f"{least} to {most - 1}"
                print(f"| {size} | {'yes' if path else 'no'} | {len(group)} | {columns} |")


if __name__ == "__main__":
    main()
