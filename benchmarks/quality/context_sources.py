"""Whether text from other files pays, with the files that a user has at that moment.

    python benchmarks/quality/context_sources.py TASKS.jsonl FILES.jsonl.xz --out ROWS.jsonl
        [--sources similar,definitions,...] [--sample N] [--minutes M]
    python benchmarks/quality/context_sources.py TASKS.jsonl --out ROWS.jsonl --score

FILES holds the other files of the tasks' repositories with the time at which each was added (its
first row: each task's own time). A task may quote what is older than itself; a source named
`...+change` may also quote what came in the same change, as if that had been written before.

| source | quotes |
|---|---|
| similar | windows like the lines at the cursor, as the server does: of both of these |
| others | windows of other files |
| far | windows of the file itself, of what the prompt does not reach |

Only a task for which a source finds something is asked, with it and with nothing: elsewhere both
answers are the same. Differences are over all tasks, paired, with a bootstrap interval; for each
half of the repositories apart, so that what is chosen on one half can be reported of the other.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fimble.cli import evaluate, scores
from fimble.completion import pipeline
from fimble.completion.retrieval import far
from fimble.completion.retrieval.snippet import Snippet, best_first, pack
from fimble.completion.retrieval.windows import Windows
from fimble.core.completion.context import CursorContext
from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store
from table import difference

SOURCES = ("similar", "others", "far", "similar+change")
TOKENS = 256


class Repository:
    """Its files as they come; indexes of those that a task may quote."""

    def __init__(self, files: list[dict[str, Any]]) -> None:
        self._files = sorted(files, key=lambda file: file["added"])
        self._windows, self._known = Windows(), 0

    def grow(self, until: int) -> None:
        """Indexes the files that were added before a time, which only grows."""
        while self._known < len(self._files) and self._files[self._known]["added"] < until:
            path, text = self._files[self._known]["path"], self._files[self._known]["text"]
            self._known += 1
            if len(text) <= 100_000:
                self._windows.update(path, path, text)

    def ranked(self, source: str, context: CursorContext) -> list[Snippet]:
        """What a source would quote at a place, the best first."""
        path, prefix = context.snapshot.path, context.prefix[-8_000:]
        own = [] if source == "others" else far.similar(context)
        others = [] if source == "far" else self._windows.similar(path, prefix)
        return best_first(own + others)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("files", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--limit-per-lang", type=int)
    parser.add_argument("--tokens", type=int, default=TOKENS, help="budget of the other text")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--kinds", default="rest_of_line,whole_line")
    parser.add_argument("--sources", default=",".join(SOURCES))
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--score", action="store_true")
    args = parser.parse_args()
    if args.score:
        score(args)
    else:
        run(args)


def run(args: argparse.Namespace) -> None:
    until = time.monotonic() + 60 * args.minutes
    done = {r["id"] for r in evaluate.read(args.out)} if args.out.exists() else set()
    generator = None
    with args.out.open("a", encoding="utf-8") as out:
        for task, quoted in quotations(args):
            if task["id"] in done:
                continue
            if time.monotonic() > until:
                break
            answers: dict[tuple[Snippet, ...], dict[str, Any]] = {}
            if any(quoted.values()):
                generator = generator or loaded(args)
                for chosen in {(), *quoted.values()}:
                    answers[chosen] = answer(generator, task, chosen)
            rows = {
                source: {**answers[chosen], "snippets": len(chosen)}
                for source, chosen in {"none": (), **quoted}.items()
                if answers
            }
            out.write(json.dumps({"id": task["id"], "rows": rows}) + "\n")
            out.flush()


def loaded(args: argparse.Namespace) -> LocalGenerator:
    path = Store().find(args.model).path
    return LocalGenerator.from_package(path, threads=args.threads, provider="cpu")


def quotations(
    args: argparse.Namespace,
) -> Iterator[tuple[dict[str, Any], dict[str, tuple[Snippet, ...]]]]:
    """Tasks, and what each source would quote for them."""
    with lzma.open(args.files, "rt", encoding="utf-8") as lines:
        times = json.loads(next(lines))["tasks"]
        files = defaultdict(list)
        for line in lines:
            row = json.loads(line)
            files[row["repo"]].append(row)
    tasks = sorted(evaluate.chosen(args), key=lambda task: (task["repo"], times[task["id"]]))
    older = {name: Repository(found) for name, found in files.items()}
    change = {name: Repository(found) for name, found in files.items()}
    for task in tasks:
        if task["repo"] not in files:
            yield task, {}
            continue
        older[task["repo"]].grow(times[task["id"]])
        change[task["repo"]].grow(times[task["id"]] + 1)
        quoted, context = {}, evaluate.context_of(task)
        for source in args.sources.split(","):
            name, _, newer = source.partition("+")
            repository = (change if newer else older)[task["repo"]]
            ranked = repository.ranked(name, context)
            quoted[source] = pack(ranked, args.tokens, "".join(far.near(context)))
        yield task, quoted


def answer(
    generator: LocalGenerator, task: dict[str, Any], snippets: tuple[Snippet, ...]
) -> dict[str, Any]:
    options = pipeline.Options(
        multiline=False, snippets=snippets, repository=task["repo"].rpartition("/")[2]
    )
    result = pipeline.complete(generator, evaluate.context_of(task), options)
    return evaluate.row_of(task, result)


def score(args: argparse.Namespace) -> None:
    """Prints how each source differs from nothing: in all, by halves, by language."""
    tasks = {task["id"]: task for task in evaluate.read(args.tasks)}
    answered = {row["id"]: row["rows"] for row in evaluate.read(args.out)}
    print(f"{len(answered)} tasks, {sum(map(bool, answered.values()))} of which quote something")
    repositories = sorted({tasks[name]["repo"] for name in answered})
    random.Random(1).shuffle(repositories)
    halves = [set(repositories[::2]), set(repositories[1::2])]
    for source in sorted({s for rows in answered.values() for s in rows} - {"none"}):
        quoting = sum(bool(rows and rows[source]["snippets"]) for rows in answered.values())
        print(f"\n{source}, less none; {quoting} tasks quote something")
        parts = {"all": list(answered)}
        for number, half in enumerate(halves, 1):
            parts[f"half {number}"] = [n for n in answered if tasks[n]["repo"] in half]
        for name in answered:
            parts.setdefault(evaluate.language(tasks[name]), []).append(name)
        for part, names in parts.items():
            pairs = [pair(answered[name], source, tasks[name]) for name in names]
            won, lost = pairs.count((True, False)), pairs.count((False, True))
            print(f"{part}: {difference(pairs)}, {won} won, {lost} lost")
        low, high = interval(
            [(tasks[n]["repo"], *pair(answered[n], source, tasks[n])) for n in answered]
        )
        print(f"95 % of other repositories like these: {low:+.1f} to {high:+.1f} points")


def interval(rows: list[tuple[str, bool, bool]], rounds: int = 4000) -> tuple[float, float]:
    """The difference's 95 % interval if repositories, not tasks, are drawn (cluster bootstrap)."""
    found: dict[str, list[int]] = defaultdict(list)
    for repository, ours, theirs in rows:
        found[repository].append(ours - theirs)
    rng, sums = random.Random(1), [(sum(changes), len(changes)) for changes in found.values()]
    means = []
    for _ in range(rounds):
        drawn = rng.choices(sums, k=len(sums))
        means.append(100 * sum(x for x, _ in drawn) / sum(n for _, n in drawn))
    means.sort()
    return means[rounds // 40], means[-rounds // 40]


def pair(rows: dict[str, Any], source: str, task: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the first lines are the true one: with the source, without; not asked, no change."""
    if not rows:
        return (False, False)
    return right(rows[source], task), right(rows["none"], task)


def right(answered: dict[str, Any], task: dict[str, Any]) -> bool:
    return scores.first_line(answered["text"]) == scores.first_line(task["gold"])


if __name__ == "__main__":
    main()
