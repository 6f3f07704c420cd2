"""The table of a task file: ours by language and kind, beside another engine's answers.

    fimble eval completion TASKS.jsonl --kinds rest_of_line,whole_line --out OURS.jsonl
    python benchmarks/quality/llama_infill.py TASKS.jsonl ... --out THEIRS.jsonl
    python benchmarks/quality/table.py TASKS.jsonl OURS.jsonl --peer THEIRS.jsonl

Exact: the first line is the task's. Likeness: of first lines (Ratcliff and Obershelp 1988). Past
the line: more lines than the task's text. Errors: suggestions after which the file has more syntax
errors than before and than with the true text, in percent of those shown ("raw" without filters).
With a peer only the tasks that both have answered count; the difference in exact match is paired.
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import offline
from fimble.cli import scores
from fimble.core.completion.filters import FILTERS, Filter
from offline import Judged


@dataclass(frozen=True)
class Row:
    """One answer judged, and compared with the true text.

    Attributes:
        group: Language and kind of the task.
        judged: What became of it.
        likeness: Of the first lines, percent.
        raw_breaks: Whether it would bring syntax errors without filters.
    """

    group: tuple[str, str]
    judged: Judged
    likeness: float
    raw_breaks: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--peer", type=Path)
    args = parser.parse_args()
    ours = rows(args.tasks, args.predictions, FILTERS)
    if args.peer is None:
        print(table(ours))
        return
    theirs = rows(args.tasks, args.peer, ())
    common = sorted(set(ours) & set(theirs))
    ours, theirs = ({name: side[name] for name in common} for side in (ours, theirs))
    print(f"{len(common)} tasks\n\nours\n{table(ours)}\n\nthe other\n{table(theirs)}\n")
    for kind in ("", "rest_of_line", "whole_line"):
        pairs = [
            (ours[n].judged.right, theirs[n].judged.right)
            for n in common
            if kind in ("", ours[n].group[1])
        ]
        print(f"{kind or 'all'}: {difference(pairs)}")


def rows(tasks: Path, predictions: Path, filters: tuple[Filter, ...]) -> dict[str, Row]:
    """Every answer of a file, judged; what another engine said is shown as it is."""
    found = {}
    for name, answer in offline.load(tasks, predictions).items():
        judged = offline.judge(answer, filters)
        lines = scores.first_line(judged.text), scores.first_line(answer.gold)
        raw_breaks = offline.breaks(answer.candidate, answer)
        found[name] = Row(answer.group, judged, scores.likeness(*lines), raw_breaks)
    return found


def table(found: dict[str, Row]) -> str:
    every = list(found.values())
    lines = [
        "| language | exact: rest of line % | whole line % | both % | likeness % | shown % "
        "| past the line % | errors % | errors, raw % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for language in sorted({row.group[0] for row in every}):
        lines.append(_line(language, [row for row in every if row.group[0] == language]))
    return "\n".join([*lines, _line("all", every)])


def _line(name: str, of: list[Row]) -> str:
    shown = [row for row in of if row.judged.text]
    rest = [row for row in of if row.group[1] == "rest_of_line"]
    whole = [row for row in of if row.group[1] == "whole_line"]
    columns = (
        _share(rest, lambda row: row.judged.right),
        _share(whole, lambda row: row.judged.right),
        _share(of, lambda row: row.judged.right),
        statistics.fmean(row.likeness for row in of) if of else 0.0,
        _share(of, lambda row: bool(row.judged.text)),
        _share(shown, lambda row: row.judged.over),
        _share(shown, lambda row: row.judged.breaks),
        _share(of, lambda row: row.raw_breaks),
    )
    return f"| {name} ({len(of)}) | {' | '.join(f'{column:.1f}' for column in columns)} |"


def difference(pairs: list[tuple[bool, bool]]) -> str:
    """Ours less theirs in points, with the 95 % interval of a paired mean."""
    changes = [100.0 * (ours - theirs) for ours, theirs in pairs]
    mean = statistics.fmean(changes)
    margin = 1.96 * statistics.stdev(changes) / math.sqrt(len(changes))
    return f"{mean:+.1f} points ({mean - margin:+.1f} to {mean + margin:+.1f}), {len(pairs)} tasks"


def _share(of: list[Row], holds: Callable[[Row], bool]) -> float:
    return 100 * sum(map(holds, of)) / max(1, len(of))


if __name__ == "__main__":
    main()
