"""How long offers take: no model, no checker, only the syntax tree.

    python benchmarks/fixes/offers.py FILE [--json OUT]

Every statement of the file (Python, JavaScript or TypeScript) is selected in turn, and the cursor
put at its start; milliseconds per request for code actions. `after_edit`: the same with a text that
was never seen before, as after a keystroke, for the first of the statements.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import turns
from fimble.core.actions import ActionContext, Diagnostic, offers
from fimble.core.text import languages, syntax
from fimble.core.text.snapshot import Snapshot

STATEMENTS, EDITS = 200, 200


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


def later(snapshot: Snapshot, number: int) -> Snapshot:
    return replace(snapshot, text=snapshot.text + "\n" * (number + 1))


def milliseconds(
    snapshot: Snapshot, place: tuple[int, int], found: tuple[Diagnostic, ...]
) -> float:
    started = time.perf_counter()
    offers(ActionContext(snapshot, *place, found))
    return 1000 * (time.perf_counter() - started)


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
    offers(ActionContext(snapshot, 0, 0, found))
    edited = [milliseconds(later(snapshot, n), s, found) for n, s in enumerate(spans[:EDITS])]
    places = [place for span in spans for place in (span, (span[0], span[0]))]
    known = sorted(milliseconds(snapshot, place, found) for place in places)
    edited.sort()
    report = {
        "language": language_id,
        "lines": text.count("\n"),
        "requests": len(known),
        "ms_p50": round(known[len(known) // 2], 2),
        "ms_p95": round(known[int(0.95 * len(known))], 2),
        "ms_max": round(known[-1], 2),
        "edits": len(edited),
        "ms_after_edit_p50": round(edited[len(edited) // 2], 2),
        "ms_after_edit_p95": round(edited[int(0.95 * len(edited))], 2),
        "ms_after_edit_max": round(edited[-1], 2),
    }
    turns.tell(report, args.json)


if __name__ == "__main__":
    main()
