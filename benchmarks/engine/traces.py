"""Recorded typing: `benchmarks/engine/replay.py` and `keystrokes.py` read it with this."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES = {".md": "markdown", ".svelte": "svelte", ".ts": "typescript", ".py": "python"}
LONGEST_GAP_S = 1.5
"""Longer pauses are cut to this."""


@dataclass(frozen=True)
class Keystroke:
    """One edit of a document.

    Attributes:
        gap_s: Seconds since the one before.
        doc: Which document.
        text: The whole document after it.
        offset: The cursor behind it, in code points.
        typed: What it inserted at the cursor before; None if it changed anything else.
    """

    gap_s: float
    doc: str
    text: str
    offset: int
    typed: str | None

    @property
    def language(self) -> str:
        """The document's LSP language."""
        return LANGUAGES.get(Path(self.doc).suffix, "plaintext")


def read(path: Path) -> list[Keystroke]:
    """All edits of a trace; those of one instant are spread over the time to the next."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    texts: dict[str, str] = {}
    cursors: dict[str, int] = {}
    strokes = []
    for gap_s, row in zip(_gaps(rows), rows, strict=True):
        doc = row["doc"]
        if "set" in row:
            texts[doc], cursors[doc] = row["set"], -1
        for start, end, new in row.get("edits", ()):
            before = texts.get(doc, "")
            left = _point(before, start)
            right = left if start == end else _point(before, end)
            typed = new if left == right == cursors.get(doc) and new else None
            texts[doc] = before[:left] + new + before[right:]
            cursors[doc] = left + len(new)
            strokes.append(Keystroke(gap_s, doc, texts[doc], cursors[doc], typed))
            gap_s = 0.0
    return strokes


def _gaps(rows: list[dict[str, Any]]) -> Iterator[float]:
    """Seconds before each row."""
    previous = rows[0]["t"]
    for instant, group in itertools.groupby(rows, key=lambda row: row["t"]):
        count = len(list(group))
        gap = min(max(0.0, (instant - previous) / 1000), LONGEST_GAP_S)
        yield from [gap / count] * count
        previous = instant


def _point(text: str, unit: int) -> int:
    """Code points before a UTF-16 offset."""
    if text.isascii():
        return unit
    return len(text.encode("utf-16-le")[: 2 * unit].decode("utf-16-le", "ignore"))
