"""Edits made by mutation of any code: what follows, and what should have.

    python benchmarks/nextedit/mutations.py FOLDER... [--renames 500] [--signatures 300] [--seed 1]

A name is changed where it is bound; true is what the verified refactoring renames (`renames.py`).
The parameters of a function are changed; true is what Python itself binds, and of scripts what
stands at the same place (`signatures.py`). Figures are of single edits and calls; times are of
one rule that sees a text of 800 to 1,200 lines for the first time, in milliseconds of a core.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import renames
import signatures
from fimble.completion.nextedit.proposal import Proposal, Rule, Situation, Step
from fimble.completion.nextedit.rules.rename_follows import rename_follows
from fimble.completion.nextedit.rules.signature_follows import signature_follows
from fimble.core.text import languages
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot

LINES = range(800, 1200)
LONGEST = 120_000
LANGUAGES = frozenset({"python", "javascript", "typescript"})


@dataclass
class Score:
    """What came of the mutations of one kind in one language.

    Attributes:
        cases: Mutations.
        shown: Those after which something was proposed.
        edits: Edits proposed.
        right: Those of them that are true.
        wanted: Edits that are true.
        silent: Mutations after which nothing may be proposed.
        broken: Those after which something was.
        times: Of each request, in milliseconds.
    """

    cases: int = 0
    shown: int = 0
    edits: int = 0
    right: int = 0
    wanted: int = 0
    silent: int = 0
    broken: int = 0
    times: list[float] = field(default_factory=list)

    def report(self) -> dict[str, object]:
        times = sorted(self.times) or [0.0]
        return {
            "mutations": self.cases,
            "shown": self.shown,
            "precision": round(self.right / max(self.edits, 1), 4),
            "recall": round(self.right / max(self.wanted, 1), 4),
            "edits": self.edits,
            "must be silent": self.silent,
            "spoke": self.broken,
            "p50 ms": round(times[len(times) // 2], 1),
            "p95 ms": round(times[int(len(times) * 0.95)], 1),
        }


Mutations = Callable[[Snapshot, random.Random], Iterator["renames.Mutation | signatures.Mutation"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--renames", type=int, default=500, help="of each language")
    parser.add_argument("--signatures", type=int, default=300, help="of each language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    args = parser.parse_args()
    files = [s for folder in args.folder for s in snapshots(folder)]
    random.Random(args.seed).shuffle(files)
    report: dict[str, object] = {}
    for language in sorted(LANGUAGES & {s.language_id for s in files}):
        some = [s for s in files if s.language_id == language]
        for name, made, rule, most in (
            ("renames", renames.mutations, rename_follows, args.renames),
            ("signatures", signatures.mutations, signature_follows, args.signatures),
        ):
            rng = random.Random(args.seed)
            score = scored(some, made, rule, most, rng, show=args.show)
            report[f"{language} {name}"] = score.report()
    print(json.dumps(report, indent=2))


def snapshots(folder: Path) -> Iterator[Snapshot]:
    """The source files of a folder that are about a thousand lines long, each text once."""
    seen = set[str]()
    for path in sorted(folder.rglob("*")):
        language = languages.of_path(path.name)
        if (
            language not in LANGUAGES
            or not path.is_file()
            or path.name.endswith((".min.js", ".d.ts"))
        ):
            continue
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if text.count("\n") in LINES and len(text) < LONGEST and text not in seen:
            seen.add(text)
            yield Snapshot(path.resolve().as_uri(), path.name, language, None, text)


def scored(
    files: list[Snapshot], made: Mutations, rule: Rule, most: int, rng: random.Random, *, show: bool
) -> Score:
    """The rule after `most` mutations, a few of each file."""
    score = Score()
    for snapshot in files:
        for mutation in made(snapshot, rng):
            _add(score, snapshot, mutation, rule, show=show)
            if score.cases - score.silent >= most:
                return score
    return score


def _add(
    score: Score,
    before: Snapshot,
    mutation: renames.Mutation | signatures.Mutation,
    rule: Rule,
    *,
    show: bool,
) -> None:
    fresh = "\n" * (score.cases + 1)
    history = History(before.text + fresh).typed(mutation.text + fresh)
    now = Snapshot(before.uri, before.path, before.language_id, None, history.text)
    situation = Situation(now, history.changes[-1].new_end, history)
    begin = time.thread_time()
    found = rule(situation)
    score.times.append(1000 * (time.thread_time() - begin))
    steps = found.steps if isinstance(found, Proposal) else ()
    edits, right, wanted = mutation.judged(steps)
    score.cases += 1
    score.shown += bool(steps)
    score.silent += mutation.is_ambiguous
    score.broken += mutation.is_ambiguous and bool(steps)
    score.edits += edits
    score.right += right
    score.wanted += wanted
    if show and not edits == right == wanted:
        print(f"{before.uri} {mutation.told}: {edits} shown, {right} right of {wanted}", flush=True)
        print("   ", found if isinstance(found, str) else _shown(now, steps)[:600], flush=True)


def _shown(snapshot: Snapshot, steps: tuple[Step, ...]) -> str:
    return "; ".join(
        f"{s.edit.start} {snapshot.text[s.edit.start : s.edit.end]!r} -> {s.edit.new_text!r}"
        for s in steps
    )


if __name__ == "__main__":
    main()
