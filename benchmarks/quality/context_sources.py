"""Whether text from other files pays: each source of context on and off, on the same tasks.

    python benchmarks/quality/context_sources.py TASKS.jsonl --out PRED.jsonl --limit-per-lang N

The other files of a task are what the task file holds of the same repository, as if they were
open in the editor. Writes one row per task and source: {id, source, text, raw, logprobs, timings}.
A source that finds nothing for a task has the answer of "none", as in the server; "path" is the
header of the repository and the file's path alone, for every task.
With `--score` it prints the table of a finished file instead, and the paired differences.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from fimble.cli import evaluate, scores
from fimble.completion import pipeline
from fimble.completion.retrieval.definitions import Definitions
from fimble.completion.retrieval.snippet import Snippet, pack
from fimble.completion.retrieval.windows import Windows
from fimble.core.completion import filters
from fimble.core.text import languages
from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store
from table import difference

SOURCES = ("none", "path", "definitions", "similar", "both")
TOKENS = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--limit-per-lang", type=int)
    parser.add_argument("--tokens", type=int, default=TOKENS, help="budget of the other text")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--kinds", default="rest_of_line,whole_line")
    parser.add_argument("--sources", default=",".join(SOURCES))
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--score", action="store_true")
    args = parser.parse_args()
    if args.score:
        score(args)
    else:
        run(args)


def run(args: argparse.Namespace) -> None:
    everything = evaluate.read(args.tasks)
    generator = LocalGenerator.from_package(
        Store().find(args.model).path, threads=args.threads, provider="cpu"
    )
    done = {(r["id"], r["source"]) for r in evaluate.read(args.out)} if args.out.exists() else set()
    with args.out.open("a", encoding="utf-8") as out:
        for task in evaluate.chosen(args):
            others = [
                t for t in everything if t["repo"] == task["repo"] and t["path"] != task["path"]
            ]
            answers: dict[tuple[bool, tuple[Snippet, ...]], dict[str, Any]] = {}
            for source in args.sources.split(","):
                if (task["id"], source) in done:
                    continue
                chosen = (source == "path", found(task, source, others, args.tokens))
                if chosen not in answers:
                    answers[chosen] = answer(generator, task, *chosen)
                row = {**answers[chosen], "source": source, "snippets": len(chosen[1])}
                out.write(json.dumps(row) + "\n")
                out.flush()


def answer(
    generator: LocalGenerator, task: dict[str, Any], header: bool, snippets: tuple[Snippet, ...]
) -> dict[str, Any]:
    options = pipeline.Options(
        multiline=False,
        filters=filters.FILTERS,
        snippets=snippets,
        repository=task["repo"].rpartition("/")[2],
        header=header,
    )
    result = pipeline.complete(generator, evaluate.context_of(task), options)
    return evaluate.row_of(task, result)


def found(
    task: dict[str, Any], source: str, others: list[dict[str, Any]], tokens: int
) -> tuple[Snippet, ...]:
    windows, definitions = Windows(), Definitions()
    for other in others:
        text = other["prefix"] + other["gold"] + other["suffix"]
        windows.update(other["path"], other["path"], text)
        language_id = languages.of_name(other["lang"])
        definitions.update(other["path"], other["path"], language_id, text)
    ranked = []
    if source in ("definitions", "both"):
        ranked.append(definitions.used(task["path"], task["prefix"]))
    if source in ("similar", "both"):
        ranked.append(windows.similar(task["path"], task["prefix"]))
    return pack(ranked, tokens, task["prefix"] + task["suffix"])


def score(args: argparse.Namespace) -> None:
    """Prints every source's figures, then how each differs from none, by language."""
    tasks = evaluate.read(args.tasks)
    by_source: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in evaluate.read(args.out):
        by_source[row["source"]][row["id"]] = row
    common = set.intersection(*(set(rows) for rows in by_source.values()))
    print(f"{len(common)} tasks, the same for all\n")
    print("| source | exact % | likeness % | prompt tokens |\n|---|---|---|---|")
    for source, rows in by_source.items():
        answers = [rows[name] for name in sorted(common)]
        result = scores.score(tasks, answers)
        prompt = sum(row["timings"]["prompt_tokens"] for row in answers) / max(1, len(answers))
        print(f"| {source} | {result.exact:.1f} | {result.similarity:.1f} | {prompt:.0f} |")
    asked = [task for task in tasks if task["id"] in common]
    for source in [name for name in by_source if name != "none"]:
        quoting = sum(by_source[source][task["id"]]["snippets"] > 0 for task in asked)
        print(f"\n{source}, less none; {quoting} tasks quote something")
        for language in ("all", *sorted({evaluate.language(task) for task in asked})):
            pairs = [
                (right(by_source[source], task), right(by_source["none"], task))
                for task in asked
                if language in ("all", evaluate.language(task))
            ]
            won, lost = pairs.count((True, False)), pairs.count((False, True))
            print(f"{language}: {difference(pairs)}, {won} won, {lost} lost")


def right(answers: dict[str, Any], task: dict[str, Any]) -> bool:
    """Whether the first line of a task's answer is the true one."""
    lines = answers[task["id"]]["text"], task["gold"]
    return scores.first_line(lines[0]) == scores.first_line(lines[1])


if __name__ == "__main__":
    main()
