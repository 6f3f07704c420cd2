"""How long offers take: no model, no checker, only the syntax tree.

    python benchmarks/fixes/offers.py FILE.py [--json OUT]

Every statement of the file is selected in turn; milliseconds per request for code actions.
"""

from __future__ import annotations

import argparse
import ast
import json
import time
from pathlib import Path

from fimble.core import python
from fimble.core.actions import ActionContext, Diagnostic, offers
from fimble.core.text import Snapshot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    text = args.file.read_text(encoding="utf-8")
    source = python.parse(text)
    assert source is not None
    snapshot = Snapshot(args.file.resolve().as_uri(), args.file.name, "python", 1, text)
    spans = [source.span(n) for n in ast.walk(source.tree) if isinstance(n, ast.stmt)][:200]
    found = tuple(Diagnostic(0, 1, "`x` is wrong", f"X{n}", "ruff") for n in range(5))
    times = []
    for span in spans:
        for place in (span, (span[0], span[0])):
            started = time.perf_counter()
            offers(ActionContext(snapshot, *place, found))
            times.append(1000 * (time.perf_counter() - started))
    times.sort()
    report = {
        "lines": text.count("\n"),
        "requests": len(times),
        "ms_p50": round(times[len(times) // 2], 2),
        "ms_p95": round(times[int(0.95 * len(times))], 2),
        "ms_max": round(times[-1], 2),
        "date": time.strftime("%Y-%m-%d"),
    }
    print(json.dumps(report, indent=2))
    if args.json:
        args.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
