"""How long offers take: no model, no checker, only the syntax tree.

    python benchmarks/fixes/offers.py FILE [--json OUT]

Every statement of the file (Python, JavaScript or TypeScript) is selected in turn, and the cursor
put at its start; milliseconds per request for code actions. The first one, `ms_first`, finds the
document as after a keystroke: nothing is known of it yet.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from fimble.core import languages, syntax
from fimble.core.actions import ActionContext, Diagnostic, offers
from fimble.core.text import Snapshot

STATEMENTS = 200


def statements(language_id: str, text: str) -> list[tuple[int, int]]:
    parsed = syntax.parse(language_id, text)
    assert parsed is not None
    spans, nodes = [], [parsed.root]
    while nodes:
        node = nodes.pop()
        if node.type.endswith(("_statement", "_declaration", "_definition")):
            spans.append(parsed.span(node))
        nodes += node.children
    return sorted(spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    text = args.file.read_text(encoding="utf-8")
    language_id = languages.of_path(args.file.name)
    spans = statements(language_id, f"{text}\n")
    spans = spans[:: max(len(spans) // STATEMENTS, 1)]
    snapshot = Snapshot(args.file.resolve().as_uri(), args.file.name, language_id, 1, text)
    found = tuple(Diagnostic(0, 1, "`x` is wrong", f"X{n}", "ruff") for n in range(5))
    times = []
    for span in spans:
        for place in (span, (span[0], span[0])):
            started = time.perf_counter()
            offers(ActionContext(snapshot, *place, found))
            times.append(1000 * (time.perf_counter() - started))
    first = times[0]
    times.sort()
    report = {
        "language": language_id,
        "lines": text.count("\n"),
        "requests": len(times),
        "ms_first": round(first, 2),
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
