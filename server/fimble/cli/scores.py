"""How good completions were, by their text alone."""

from __future__ import annotations

import difflib
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from itertools import starmap
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
    pairs = [(first_line(answer["text"]), first_line(golds[answer["id"]])) for answer in answers]
    shown = [(text, gold) for text, gold in pairs if text]
    exact = sum(text == gold for text, gold in shown)
    accepted = sum(same_word(text, gold) for text, gold in shown)
    times = [answer["timings"]["total_ms"] for answer in answers]
    return Scores(
        count=len(pairs),
        shown=_share(len(shown), len(pairs)),
        exact=_share(exact, len(pairs)),
        right=_share(exact, len(shown)),
        accepted=_share(accepted, len(shown)),
        similarity=statistics.fmean(starmap(likeness, pairs)) if pairs else 0.0,
        median_ms=statistics.median(times) if times else 0.0,
        reasons=dict(Counter(answer["reason"] for answer in answers if answer["reason"])),
    )


def first_line(text: str) -> str:
    """The first line that is not blank, without the white space around it."""
    return text.strip().split("\n")[0].strip()


def same_word(text: str, gold: str) -> bool:
    """Whether both begin with the same word or mark."""
    return bool(text) and _WORD.findall(text)[:1] == _WORD.findall(gold)[:1]


def likeness(line: str, gold: str) -> float:
    """Of two lines, in percent (Ratcliff and Obershelp 1988)."""
    return 100 * difflib.SequenceMatcher(None, line, gold).ratio()


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
