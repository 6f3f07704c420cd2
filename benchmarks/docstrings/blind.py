"""Summaries of Fimble and of its rival, to be read against the code without knowing whose they are.

    python benchmarks/docstrings/blind.py sheet DATA.jsonl OURS.jsonl THEIRS.jsonl --out SHEET.txt
    python benchmarks/docstrings/blind.py count DATA.jsonl OURS.jsonl THEIRS.jsonl VERDICTS.txt

OURS is the `rows.jsonl` of evaluate.py, THEIRS the output of rewrite.py. The sheet has the code and
one or two summaries, A and B, in an order that hangs on the row's id alone; both are laid out
alike. VERDICTS has a line `NUMBER A=right B=wrong` for each row: `right`, `wrong` (it says what
is not so) or `empty` (it says next to nothing). `count` lifts the blind.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

_TAG = re.compile(
    r"\s*([@\\]\w+|:\w+|(Args|Arguments|Parameters|Returns|Raises|Attributes|Examples?):?\s*\Z|\Z)"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("sheet", "count"))
    parser.add_argument("data", type=Path)
    parser.add_argument("ours", type=Path)
    parser.add_argument("theirs", type=Path)
    parser.add_argument("verdicts", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=Path("sheet.txt"))
    parser.add_argument("--skip", type=int, default=0, help="rows per language to leave out")
    parser.add_argument("--limit", type=int, default=12, help="rows per language")
    args = parser.parse_args()
    rows = _rows(args)
    if args.task == "sheet":
        args.out.write_text("\n".join(_entry(n, row) for n, row in enumerate(rows, 1)))
        return
    verdicts = args.verdicts.read_text(encoding="utf-8").splitlines()
    counts: dict[str, Counter[str]] = {"fimble": Counter(), "rewrite": Counter()}
    for number, *judged in (line.split() for line in verdicts if line.strip()):
        shown = dict(zip("AB", _shown(rows[int(number) - 1]), strict=False))
        for letter, verdict in (part.split("=") for part in judged):
            counts[shown[letter][0]][verdict] += 1
    print(json.dumps({"rows": len(verdicts), **counts}, indent=2))


def _rows(args: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows that were documented, with both summaries."""
    ours = {row["id"]: row for row in _read(args.ours)}
    theirs = {row["id"]: row for row in _read(args.theirs)}
    taken: Counter[str] = Counter()
    rows = []
    for row in _read(args.data):
        if row["id"] in ours:
            taken[row["lang"]] += 1
            if args.skip < taken[row["lang"]] <= args.skip + args.limit:
                name = row["name"].rpartition(".")[2]
                own = _plain(ours[row["id"]].get("summary", ""), name)
                rival = _plain(theirs.get(row["id"], {}).get("documentation", ""), name)
                rows.append({**row, "fimble": own, "rewrite": rival})
    return rows


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _plain(documentation: str, name: str) -> str:
    """The first sentence without comment marks, the name in front and a final stop."""
    lines = [line.strip(" \t/*#!\"'") for line in documentation.split("\n")]
    begun = [line.replace("<summary>", "").replace("@brief", "").strip() for line in lines]
    while begun and not begun[0]:
        begun.pop(0)
    end = next((n for n, line in enumerate(begun) if _TAG.match(line)), len(begun))
    sentence = re.split(r"(?<=[\w)`'\"])\.(?=\s|\Z)", " ".join(begun[:end]))[0]
    sentence = re.sub(rf"\A{re.escape(name)}\b", "", sentence).strip()
    return sentence[:1].upper() + sentence[1:]


def _shown(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Whose summary, and the summary; the order is as good as random."""
    order = ["fimble", "rewrite"]
    if hashlib.sha256(row["id"].encode()).digest()[0] % 2:
        order.reverse()
    return [(whose, row[whose]) for whose in order if row[whose]]


def _entry(number: int, row: dict[str, Any]) -> str:
    summaries = zip("AB", _shown(row), strict=False)
    listed = "\n".join(f"   {letter}: {summary}" for letter, (_, summary) in summaries)
    return f"===== {number} {row['lang']} {row['name']}\n{row['code']}\n{listed}\n"


if __name__ == "__main__":
    main()
