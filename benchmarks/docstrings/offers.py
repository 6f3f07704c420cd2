"""How long offers take in a file of 2,000 lines, without the model.

    python benchmarks/docstrings/offers.py [--runs 15]

Prints milliseconds, the median of runs: after an edit (the file is parsed again) and after a
move of the cursor, in processor time, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

from fimble.core.actions import ActionContext, offers
from fimble.core.actions.comments import comment_block
from fimble.core.actions.docstring import docstring
from fimble.core.text.snapshot import Snapshot

FILES = {
    "python": "def f{n}(a: int, b='é', *rest):\n    if a > {n}:\n        raise ValueError(b)\n"
    "    total = 0\n    for x in rest:\n        total += x * a\n    return total\n\n\n",
    "typescript": "export function f{n}(a: number, b = 'é'): number {{\n  if (a > {n}) {{\n"
    "    throw new RangeError(b);\n  }}\n  let total = 0;\n  total += a;\n  return total;\n}}\n\n",
    "java": "class C{n} {{\n    int f(int a, String b) throws E {{\n        if (a > {n}) {{\n"
    "            throw new E(b);\n        }}\n        return a;\n    }}\n}}\n\n",
    "go": "func F{n}(a int, b string) (int, error) {{\n\tif a > {n} {{\n\t\treturn 0, nil\n\t}}\n"
    "\tvar total int\n\ttotal += a\n\treturn total, nil\n}}\n\n",
}
LINES = 2000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    table = {}
    for language, unit in FILES.items():
        text = "".join(unit.format(n=n) for n in range(LINES // unit.count("\n")))
        edited, moved = [], []
        for run in range(args.runs):
            snapshot = Snapshot("file:///a", "a", language, run, text + "\n" * run)
            edited.append(_offered(snapshot, 40))
            moved.append(_offered(snapshot, 9000))
        table[language] = {
            "lines": text.count("\n"),
            "after an edit, ms": round(statistics.median(edited), 1),
            "after a move, ms": round(statistics.median(moved), 1),
        }
    print(json.dumps(table, indent=2))


def _offered(snapshot: Snapshot, at: int) -> float:
    started = time.process_time()
    offers(ActionContext(snapshot, at, at), (docstring, comment_block))
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
