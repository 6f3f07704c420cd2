"""Refactorings of Python everywhere in programs made at random, which run before and after.

    python benchmarks/fixes/refactorings.py [--offers 10000] [--seed S] [--minutes M]

The programs are those of `order_programs.py` and `rule_programs.py`. Every run of statements,
expression and name may be asked for; what is offered must log the same.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

import order_programs
import rule_programs
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import Draft, Refactoring, named
from fimble.core.text import python
from fimble.core.text.snapshot import Snapshot, apply_edits
from rules import logged

NEW = "renamed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--show", action="store_true", help="print every difference")
    args = parser.parse_args()
    offered, wrong, until = Counter[str](), Counter[str](), time.monotonic() + 60 * args.minutes
    programs = 0
    for text in texts(args.seed):
        programs += 1
        for what, after, same in judged(text):
            offered[what] += 1
            if not same:
                wrong[what] += 1
                if args.show or wrong[what] < 3:
                    print(f"--- {what}\n{text}\n--- becomes\n{after}", flush=True)
        if offered.total() >= args.offers or time.monotonic() > until:
            break
    print(
        json.dumps(
            {"programs": programs, "offered": offered, "all": offered.total(), "different": wrong}
        )
    )
    sys.exit(1 if wrong else 0)


def texts(seed: int) -> Iterator[str]:
    """Programs without an end."""
    rng = random.Random(seed)
    while True:
        text = order_programs.Programs(rng).program()
        if rng.random() < 0.2:
            text = rule_programs.program(rng.choice([*rule_programs.RULES]), rng)
        if python.compiles(text):
            yield text


def judged(text: str, sample: int = 12) -> Iterator[tuple[str, str, bool]]:
    """What is offered in a program: its kind, the text after it, and whether that does the same."""
    source = python.parse(text)
    refactoring = by_language.of(Snapshot("file:///a.py", "a.py", "python", 1, text))
    if source is None or isinstance(refactoring, str):
        return
    rng, before = random.Random(text), logged(text)
    for what, drafts in everywhere(source, refactoring, rng).items():
        offers = [draft for draft in drafts if not isinstance(draft, str) and draft]
        for draft in rng.sample(offers, min(sample, len(offers))):
            after = apply_edits(text, named(draft, NEW))
            yield what, after, python.compiles(after) and logged(after) == before


def everywhere(
    source: python.Source, refactoring: Refactoring, rng: random.Random
) -> dict[str, list[Draft | str]]:
    """Every refactoring at some places, taken by chance."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.expr)]
    spans = sorted({source.span(n) for n in nodes})
    places = sorted({source.span(n)[0] for n in nodes if isinstance(n, ast.Name)})
    some = [rng.sample(all_, min(60, len(all_))) for all_ in (list(ranges(source)), spans)]
    names = rng.sample(places, min(30, len(places)))
    inlined = [refactoring.inline_variable(at) for at in places]
    return {
        "extract function": [refactoring.extract_function(*span) for span in some[0]],
        "extract variable": [refactoring.extract_variable(*span) for span in some[1]],
        "inline variable": [found if isinstance(found, str) else found[1] for found in inlined],
        "rename": [refactoring.rename(at, NEW) for at in names],
    }


def ranges(source: python.Source) -> Iterator[tuple[int, int]]:
    """Every run of statements of every block."""
    for block in (block for node in ast.walk(source.tree) for block in python.blocks(node)):
        for first in range(len(block)):
            for last in range(first, len(block)):
                yield source.span(block[first])[0], source.end(block[last])


if __name__ == "__main__":
    main()
