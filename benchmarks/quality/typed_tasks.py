"""Recorded typing as completion tasks: what did the user write next?

    python benchmarks/quality/typed_tasks.py TRACE.jsonl ... --out typed.jsonl
    fimble eval completion typed.jsonl --as-editor --out answers.jsonl

Windows of consecutive keystrokes of each trace, at places where the server would suggest
something. `gold` is what came to stand at the cursor within the next edits, so that a suggestion
is right if it begins with that; `t` is when, in seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "engine"))
import traces
from fimble.core.completion import trigger
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.lsp.settings import Settings

LOOK_AHEAD = 200
SETTINGS = Settings()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--windows", type=int, default=20, help="of each trace")
    parser.add_argument("--strokes", type=int, default=16, help="places of each window")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = [row for path in args.traces for row in tasks(path, args.windows, args.strokes)]
    args.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} tasks")


def tasks(path: Path, windows: int, strokes: int) -> Iterator[dict[str, Any]]:
    """Of one trace; no place twice."""
    typed, last = traces.read(path), -1
    times = [0.0]
    for stroke in typed:
        times.append(times[-1] + stroke.gap_s)
    for number in range(windows):
        index, found = max(last + 1, len(typed) * number // windows), 0
        while index < len(typed) and found < strokes:
            stroke = typed[index]
            gold = came(stroke, typed[index + 1 : index + 1 + LOOK_AHEAD])
            if stroke.typed is not None and gold and asks(stroke):
                found += 1
                yield {
                    "id": f"{path.stem}-{index}",
                    "repo": path.stem,
                    "kind": "typed",
                    "lang": stroke.language,
                    "path": stroke.doc,
                    "window": number,
                    "t": round(times[index + 1], 3),
                    "prefix": stroke.text[: stroke.offset],
                    "suffix": stroke.text[stroke.offset :],
                    "gold": gold,
                }
            last, index = index, index + 1


def came(stroke: traces.Keystroke, later: Sequence[traces.Keystroke]) -> str:
    """The longest text that came to stand between what stood around the cursor."""
    before, behind, longest = stroke.text[: stroke.offset], stroke.text[stroke.offset :], ""
    for edit in later:
        if edit.doc != stroke.doc or not edit.text.startswith(before):
            break
        if edit.text.endswith(behind):
            longest = max(longest, edit.text[stroke.offset : len(edit.text) - len(behind)], key=len)
    return longest


def asks(stroke: traces.Keystroke) -> bool:
    """Whether the server would suggest anything there while typing."""
    snapshot = Snapshot(stroke.doc, stroke.doc, stroke.language, 1, stroke.text)
    return trigger.paused(CursorContext(snapshot, stroke.offset), SETTINGS) is None


if __name__ == "__main__":
    main()
