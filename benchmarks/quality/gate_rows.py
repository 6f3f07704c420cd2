"""Suggestions of the real pipeline, as the gate sees them, and whether they were right.

    fimble eval completion TASKS.jsonl --as-editor --out ANSWERS.jsonl
    python benchmarks/quality/typed_tasks.py TRACE.jsonl ... --out TASKS.jsonl

Of these files `load` makes rows for `gate_fit.py` and `gate_taste.py`. Answers that a filter
withheld are left out: the gate comes last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fimble.cli import evaluate, scores
from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import features
from fimble.core.completion.gate.taste import Trait

TRIED = (
    "whole_line",
    "comment",
    "string",
    "least",
    "mean",
    "characters",
    "tokens",
    "lines",
    "before",
    "behind",
    "word",
    "space",
    "mark",
    "markup",
)
"""Kind and place; the least likely token and one in the middle (roots, as `doubt`); logarithms of
how long it is and of how much stands before it; what stands behind, what directly before; a
language of pages, styles or tables."""
NAMES = features.NAMES + TRIED
_MARKUP = {"css", "html", "markdown", "sql", "svelte"}


@dataclass(frozen=True)
class Row:
    """A suggestion.

    Attributes:
        repository: Of the task; HumanEval's tasks are each their own.
        trait: What it is.
        features: As the gate reads them, and then those that were tried, `TRIED`.
        sure: The geometric mean of its tokens' probabilities, which the gate replaced.
        right: Its first line is the true one; of recorded typing: what was typed begins with it.
    """

    repository: str
    trait: Trait
    features: tuple[float, ...]
    sure: float
    right: bool


def load(tasks: Path, answers: Path) -> list[Row]:
    """The rows of a file of tasks and its answers.

    Of recorded typing those are left out that the server would not compute: the rest of a
    suggestion that is typed along.
    """
    by_id = {row["id"]: row for row in evaluate.read(tasks)}
    rows, last = [], {"text": "", "prefix": "\0"}
    for answer in evaluate.read(answers):
        task = by_id[answer["id"]]
        along = _along(last, task) if task.get("kind") == "typed" else False
        if not along and answer["text"].strip():
            rows.append(_row(task, answer))
            last = {**task, "text": answer["text"]}
    return rows


def _along(last: dict[str, Any], task: dict[str, Any]) -> bool:
    typed = task["prefix"].removeprefix(last["prefix"])
    return typed != task["prefix"] and bool(last["text"]) and last["text"].startswith(typed)


def _row(task: dict[str, Any], answer: dict[str, Any]) -> Row:
    context, text = evaluate.context_of(task), answer["text"]
    logprobs = tuple(answer["logprobs"])
    trait = features.trait(context, text)
    return Row(
        str(task.get("repo", task["id"])),
        trait,
        (*features.read(trait, logprobs), *_tried(context, trait, text, logprobs)),
        float(np.exp(np.mean(logprobs))),
        _right(task, text),
    )


def _tried(
    context: CursorContext, trait: Trait, text: str, logprobs: tuple[float, ...]
) -> tuple[float, ...]:
    before = context.line_prefix
    last = before[-1:] if before.strip() else ""
    return (
        float(trait.kind == "line"),
        float(trait.place == "comment"),
        float(trait.place == "string"),
        math.sqrt(-min(logprobs)),
        math.sqrt(-sum(logprobs) / len(logprobs)),
        math.log1p(trait.chars),
        math.log1p(len(logprobs)),
        math.log1p(text.strip().count("\n")),
        math.log1p(len(before.strip())),
        float(bool(context.line_suffix.strip())),
        float(last.isalnum() or last == "_"),
        float(last.isspace()),
        float(bool(last) and not (last.isalnum() or last.isspace() or last == "_")),
        float(trait.language in _MARKUP),
    )


def _right(task: dict[str, Any], text: str) -> bool:
    gold = str(task.get("gold") or task["canonical_solution"])
    if task.get("kind") == "typed":
        return gold.strip().startswith(text.strip())
    return scores.first_line(text) == scores.first_line(gold)
