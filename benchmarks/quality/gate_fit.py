"""Fits the gate's prior, chooses its bars, and says what they do to rows that it has not seen.

    python benchmarks/quality/gate_fit.py --dev TASKS ANSWERS --unseen NAME TASKS ANSWERS --write

Logistic regression with a penalty. Weights and bars are chosen on one half of the repositories and
judged on the other, then the other way round; what is written is fitted to all of `--dev`, and
judged on `--unseen`. A bar is the highest that loses at most a share of all that is right. What it
does is compared with the gate's forerunner: withhold below 55 % by the geometric mean of the
tokens' probabilities; and so is the bar that loses 3 % of what that showed, wherever it lies.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gate_rows
import numpy as np
from fimble.core.completion.gate import features, prior
from gate_rows import Row
from numpy.typing import NDArray

Array = NDArray[np.float64]
FIXED = 0.55
LOST = {"eager": 0.005, "balanced": 0.02, "quiet": 0.15}
"""Of all that is right, on the rows that the bars are chosen on."""
PENALTY = 3.0
DRAWS = 2000
CURVE = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
Judged = dict[str, Any]


class Prior(NamedTuple):
    """Weights of the features as they are."""

    base: float
    weights: Array

    def chances(self, rows: Sequence[Row]) -> Array:
        """Of every row."""
        logits = self.base + matrix(rows) @ self.weights
        return 1 / (1 + np.exp(-logits))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dev", nargs=2, type=Path, action="append", required=True)
    parser.add_argument("--unseen", nargs=3, action="append", default=[])
    parser.add_argument("--features", default=",".join(features.NAMES), help="others, to try them")
    parser.add_argument("--out", type=Path, help="what is printed, for programs")
    parser.add_argument("--write", action="store_true", help="core/completion/gate/prior.py")
    args = parser.parse_args()
    kept = np.array([name in args.features.split(",") for name in gate_rows.NAMES], float)
    rows = [row for tasks, answers in args.dev for row in gate_rows.load(tasks, answers)]
    first, second = halves(rows)
    shipped = chosen(rows, kept)
    judged = {
        "second half": judge("second half", *chosen(first, kept), second),
        "first half": judge("first half", *chosen(second, kept), first),
    }
    for name, tasks, answers in args.unseen:
        judged[name] = judge(name, *shipped, gate_rows.load(Path(tasks), Path(answers)))
    print(
        "\nweights", dict(zip(gate_rows.NAMES, shipped[0].weights.round(2).tolist(), strict=True))
    )
    if args.out:
        args.out.write_text(json.dumps(judged, indent=2) + "\n", encoding="utf-8")
    if args.write:
        write(*shipped)


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """By repository, the largest first, each to the half that has fewer rows."""
    parts: tuple[list[Row], list[Row]] = [], []
    for name, _ in Counter(row.repository for row in rows).most_common():
        min(parts, key=len).extend(row for row in rows if row.repository == name)
    return parts


def chosen(rows: Sequence[Row], kept: Array) -> tuple[Prior, dict[str, float]]:
    """Weights, and a bar for every setting."""
    fitted = fit(matrix(rows) * kept, rights(rows))
    chances, right = fitted.chances(rows), rights(rows)
    return fitted, {
        level: highest(chances, right, (1 - lost) * right.sum()) for level, lost in LOST.items()
    }


def highest(chances: Array, right: Array, needed: float) -> float:
    """The highest bar that shows at least so many right ones."""
    order = np.argsort(-chances, kind="stable")
    found = np.searchsorted(np.cumsum(right[order]), math.ceil(needed))
    return float(chances[order][found])


def fit(given: Array, right: Array) -> Prior:
    """Newton's method on standardized features; the penalty shrinks all weights but the base."""
    middle, spread = given.mean(0), given.std(0) + 1e-9
    design = np.column_stack([np.ones(len(given)), (given - middle) / spread])
    penalty = PENALTY * np.diag([0.0, *np.ones(given.shape[1])])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (chance - right) + penalty @ weights
        bend = (design.T * (chance * (1 - chance))) @ design + penalty
        weights -= np.linalg.solve(bend, slope)
    plain = weights[1:] / spread
    return Prior(float(weights[0] - plain @ middle), plain)


def judge(name: str, fitted: Prior, bars: dict[str, float], rows: Sequence[Row]) -> Judged:
    """What the bars do to rows, beside the fixed threshold, and the whole curve; printed too."""
    chances, right, was = fitted.chances(rows), rights(rows), fixed(rows)
    same = highest(chances, right, 0.97 * right[was].sum())
    levels = {
        level: changes(rows, was, chances >= bar, right)
        for level, bar in (*bars.items(), ("3 % lost here", same))
    }
    found: Judged = {
        "suggestions": len(rows),
        "right": round(float(right.mean()), 3),
        "fixed": passing(was, right),
        "discrimination": round(area(chances, right), 3),
        "of the mean": round(area(np.array([row.sure for row in rows]), right), 3),
        "bars": {level: round(bar, 3) for level, bar in bars.items()},
        "levels": levels,
        "curve": {str(bar): passing(chances >= bar, right) for bar in CURVE},
    }
    print(
        f"\n{name}", {key: value for key, value in found.items() if key not in ("levels", "curve")}
    )
    for level, said in levels.items():
        print(f"  {level}: {said}")
    print(f"  curve, shown and right of shown: {found['curve']}")
    return found


def passing(now: Array, right: Array) -> list[float]:
    """Of all, the share that is shown; of those, the share that is right."""
    return [round(float(now.mean()), 3), round(float(right[now].mean()) if now.any() else 1.0, 3)]


def changes(rows: Sequence[Row], was: Array, now: Array, right: Array) -> dict[str, list[float]]:
    """Each with its 95 % if other repositories were drawn."""
    chars = right * np.array([row.trait.chars for row in rows], float)
    ones = np.ones(len(rows))
    counts = np.array([kind * mask for kind in (ones, right, chars) for mask in (was, now)])
    names = np.array([row.repository for row in rows])
    sums = np.array([counts[:, names == name].sum(1) for name in sorted(set(names))])
    draws = np.random.default_rng(1).integers(len(sums), size=(DRAWS, len(sums)))
    drawn = np.vstack([sums.sum(0), sums[draws].sum(1)])
    shown_was, shown, right_was, right_now, chars_was, chars_now = drawn.T
    return {
        "shown": _span(shown / shown_was - 1),
        "right lost": _span(1 - right_now / right_was),
        "right per shown": _span((right_now / shown) / (right_was / shown_was) - 1),
        "right characters lost": _span(1 - chars_now / chars_was),
    }


def _span(values: Array) -> list[float]:
    """The first value, and where most of the others are."""
    low, high = np.nanquantile(values[1:], (0.025, 0.975))
    return [round(float(value), 3) for value in (values[0], low, high)]


def area(chances: Array, right: Array) -> float:
    """The chance that a right one has the higher score of two."""
    above = (
        (chances[right == 1][:, None] - chances[right == 0][None]) if right.any() else np.zeros(1)
    )
    return float((above > 0).mean() + (above == 0).mean() / 2)


def matrix(rows: Sequence[Row]) -> Array:
    return np.array([row.features for row in rows], float)


def rights(rows: Sequence[Row]) -> Array:
    return np.array([row.right for row in rows], float)


def fixed(rows: Sequence[Row]) -> Array:
    return np.array([row.sure >= FIXED for row in rows])


def write(fitted: Prior, bars: dict[str, float]) -> None:
    """Puts weights and bars into the module that is shipped."""
    path = Path(prior.__file__)
    text = path.read_text(encoding="utf-8")
    weights = ", ".join(f"{weight:.3f}" for weight in fitted.weights[: len(features.NAMES)])
    text = re.sub(r"(?m)^BASE = .*$", f"BASE = {fitted.base:.3f}", text)
    text = re.sub(r"(?ms)^WEIGHTS = \(.*?\)$", f"WEIGHTS = ({weights})", text)
    said = ", ".join(f'"{level}": {bar:.2f}' for level, bar in bars.items())
    path.write_text(re.sub(r"(?m)^BARS = .*$", f"BARS = {{{said}}}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
