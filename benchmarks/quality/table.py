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
import difflib
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import offline
from fimble.commands import evaluate
from fimble.core import postprocess
from fimble.core.postprocess import FILTERS, Candidate, Filter, Withheld
from offline import Answer


@dataclass(frozen=True)
class Row:
    """One answer judged.

    Attributes:
        group: Language and kind of the task.
        shown: Whether there was a suggestion.
        exact: Whether its first line is right.
        likeness: Of the first lines, percent.
        over: Whether it has more lines than the task's text.
        breaks: Whether it brings syntax errors.
        raw_breaks: Whether it would without filters.
    """

    group: tuple[str, str]
    shown: bool
    exact: bool
    likeness: float
    over: bool
    breaks: bool
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
        pairs = [(ours[n].exact, theirs[n].exact) for n in common if kind in ("", ours[n].group[1])]
        print(f"{kind or 'all'}: {difference(pairs)}")


def rows(tasks: Path, predictions: Path, filters: tuple[Filter, ...]) -> dict[str, Row]:
    """Every answer of a file, judged; what another engine said is shown as it is."""
    by_id = {task["id"]: task for task in evaluate.read(tasks)}
    found = {}
    for row in evaluate.read(predictions):
        task = by_id[row["id"]]
        text, logprobs = row.get("raw", row["text"]), tuple(row.get("logprobs", ()))
        candidate = Candidate(text, evaluate.context_of(task), logprobs=logprobs)
        group = (evaluate.language(task), str(task["kind"]))
        found[row["id"]] = judged(group, Answer(candidate, offline.gold_of(task)), filters)
    return found


def judged(group: tuple[str, str], answer: Answer, filters: tuple[Filter, ...]) -> Row:
    raw_breaks = offline.breaks(answer.candidate, answer)
    shown = postprocess.run(answer.candidate, filters)
    if isinstance(shown, Withheld) or not shown.text.strip():
        return Row(group, False, False, 0.0, False, False, raw_breaks)
    text, gold = shown.text.strip(), answer.gold.strip()
    lines = tuple(whole.split("\n")[0].strip() for whole in (text, gold))
    likeness = 100 * difflib.SequenceMatcher(None, *lines).ratio()
    over = text.count("\n") > gold.count("\n")
    breaks = offline.breaks(shown, answer)
    return Row(group, True, lines[0] == lines[1], likeness, over, breaks, raw_breaks)


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
    shown = [row for row in of if row.shown]
    rest = [row for row in of if row.group[1] == "rest_of_line"]
    whole = [row for row in of if row.group[1] == "whole_line"]
    columns = (
        _share(rest, lambda row: row.exact),
        _share(whole, lambda row: row.exact),
        _share(of, lambda row: row.exact),
        statistics.fmean(row.likeness for row in of) if of else 0.0,
        _share(of, lambda row: row.shown),
        _share(shown, lambda row: row.over),
        _share(shown, lambda row: row.breaks),
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
