"""Filters and the gate's bars judged on answers that a model has given already.

    fimble eval completion TASKS.jsonl --out PRED.jsonl
    python benchmarks/quality/offline.py TASKS.jsonl PRED.jsonl

Reads `raw` and `logprobs` of every answer and runs the filters over them again, so that no
bar and no ablation needs the model. A shown suggestion counts as right if its first line is
the task's, as accepted if at least its first whole word is.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fimble.cli import evaluate, scores
from fimble.core.completion.filters import FILTERS, Candidate, Filter, Withheld, run
from fimble.core.completion.gate import Gate
from fimble.core.text import embedded, syntax

BARS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Answer:
    """A candidate, what stood there in truth, and the task's language and kind."""

    candidate: Candidate
    gold: str
    group: tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """What became of an answer: what is shown, or the reason why not, and how good it is."""

    text: str
    reason: str | None
    right: bool
    accepted: bool
    breaks: bool
    over: bool
    chance: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--kinds", default="rest_of_line,whole_line", help="'' takes all")
    args = parser.parse_args()
    kinds = set(filter(None, args.kinds.split(",")))
    loaded = load(args.tasks, args.predictions).values()
    answers = [answer for answer in loaded if not kinds or answer.group[1] in kinds]
    print(f"{len(answers)} answers\n")
    ablations(answers)
    curve([judge(answer, FILTERS) for answer in answers])


def load(tasks: Path, predictions: Path) -> dict[str, Answer]:
    """The answers of a file by their task's id; another engine's have no `raw` and `logprobs`."""
    by_id = {row["id"]: row for row in evaluate.read(tasks)}
    answers = {}
    for row in evaluate.read(predictions):
        task = by_id[row["id"]]
        text, logprobs = row.get("raw", row["text"]), tuple(row.get("logprobs", ()))
        candidate = Candidate(text, evaluate.context_of(task), logprobs=logprobs)
        gold = str(task.get("gold") or task["canonical_solution"])
        group = evaluate.language(task), str(task.get("kind", "rest_of_line"))
        answers[row["id"]] = Answer(candidate, gold, group)
    return answers


def judge(answer: Answer, filters: tuple[Filter, ...]) -> Judged:
    judged = run(answer.candidate, filters)
    if isinstance(judged, Withheld):
        return Judged("", judged.reason, False, False, False, False, 0.0)
    verdict = Gate().expects(judged.context, judged.text, judged.logprobs)
    shown, gold = judged.text.strip(), answer.gold.strip()
    return Judged(
        shown,
        None,
        scores.first_line(shown) == scores.first_line(gold),
        scores.same_word(shown, gold),
        breaks(judged, answer),
        shown.count("\n") > gold.count("\n"),
        verdict.chance if verdict else 1.0,
    )


def breaks(judged: Candidate, answer: Answer) -> bool:
    """Whether the file has more errors than without a suggestion, and than with the true text.

    A script or style that the cursor stands in counts too, in its own language.
    """
    context = answer.candidate.context

    def errors(text: str) -> int:
        language = context.snapshot.language_id
        trees = {syntax.parse(language, text), embedded.at(language, text, context.offset)}
        return sum(len(syntax.error_offsets(tree)) for tree in trees if tree)

    true = f"{context.prefix}{answer.gold}{context.suffix}"
    return errors(judged.document) > max(errors(context.snapshot.text), errors(true))


def ablations(answers: list[Answer]) -> None:
    sets: dict[str, tuple[Filter, ...]] = {"none": (), "all": FILTERS}
    for left_out in FILTERS:
        sets[f"without {left_out.__name__}"] = tuple(f for f in FILTERS if f is not left_out)
    print(
        "| filters | shown % | right of shown % | accepted of shown % | right of all % "
        "| breaks syntax % | runs on % |\n|---|---|---|---|---|---|---|"
    )
    for name, filters in sets.items():
        print(f"| {name} | {summary([judge(answer, filters) for answer in answers])} |")
    reasons = Counter(judge(answer, FILTERS).reason for answer in answers)
    print("\nwithheld:", {reason: count for reason, count in reasons.items() if reason}, "\n")


def summary(judged: list[Judged]) -> str:
    shown = [one for one in judged if one.reason is None]

    def share(of: list[Judged], holds: Callable[[Judged], bool]) -> float:
        return 100 * sum(map(holds, of)) / max(1, len(of))

    columns = (
        100 * len(shown) / max(1, len(judged)),
        share(shown, lambda one: one.right),
        share(shown, lambda one: one.accepted),
        share(judged, lambda one: one.right),
        share(shown, lambda one: one.breaks),
        share(shown, lambda one: one.over),
    )
    return " | ".join(f"{column:.1f}" for column in columns)


def curve(judged: list[Judged]) -> None:
    print(
        "| bar | shown % | right of shown % | accepted of shown % | right of all % "
        "| breaks syntax % | runs on % |\n|---|---|---|---|---|---|---|"
    )
    for bar in BARS:
        kept = [
            one if one.chance >= bar else Judged("", "unlikely", *[False] * 4, one.chance)
            for one in judged
        ]
        print(f"| {bar:.2f} | {summary(kept)} |")


if __name__ == "__main__":
    main()
