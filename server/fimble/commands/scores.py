"""How good completions were, by their text alone."""

from __future__ import annotations

import difflib
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

_WORD = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True)
class Scores:
    """Of one group of tasks, shares in percent.

    Attributes:
        count: Tasks.
        shown: Suggestions that were shown.
        exact: Of all tasks: the first line is right.
        right: Of those shown: the first line is right.
        accepted: Of those shown: at least the first word is.
        similarity: Of all tasks: likeness of the first lines (Ratcliff and Obershelp 1988).
        median_ms: Time of a completion.
        reasons: Why the others were withheld.
    """

    count: int
    shown: float
    exact: float
    right: float
    accepted: float
    similarity: float
    median_ms: float
    reasons: dict[str, int]


def score(tasks: list[dict[str, Any]], answers: list[dict[str, Any]]) -> Scores:
    """Compares answers with the text that stood there.

    Args:
        tasks: With `id` and `gold`.
        answers: With `id`, `text`, `reason` and `timings`; those of other tasks do not count.
    """
    golds = {task["id"]: str(task["gold"]) for task in tasks}
    answers = [answer for answer in answers if answer["id"] in golds]
    pairs = [(_line(answer["text"]), _line(golds[answer["id"]])) for answer in answers]
    shown = [(text, gold) for text, gold in pairs if text]
    exact = sum(text == gold for text, gold in shown)
    accepted = sum(_WORD.findall(text)[:1] == _WORD.findall(gold)[:1] for text, gold in shown)
    similar = [difflib.SequenceMatcher(None, *pair).ratio() for pair in pairs]
    times = [answer["timings"]["total_ms"] for answer in answers]
    return Scores(
        count=len(pairs),
        shown=_share(len(shown), len(pairs)),
        exact=_share(exact, len(pairs)),
        right=_share(exact, len(shown)),
        accepted=_share(accepted, len(shown)),
        similarity=100 * statistics.fmean(similar) if similar else 0.0,
        median_ms=statistics.median(times) if times else 0.0,
        reasons=dict(Counter(answer["reason"] for answer in answers if answer["reason"])),
    )


def _line(text: str) -> str:
    return text.strip().split("\n")[0].strip()


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
