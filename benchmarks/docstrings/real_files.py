"""Documents everything undocumented in real source files with fixed words, and counts refusals.

    python benchmarks/docstrings/real_files.py FOLDER... [--seconds 15] [--seed 1]

No model: this measures the structure alone. A refusal means that the proof caught an edit that
would have changed code; there should be none. Files are taken in random order until the time is
over; those above 60,000 characters are passed over.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

from fimble.assist import document
from fimble.core import languages, validate
from fimble.core.docstrings import languages as documented
from fimble.core.text import Snapshot

LONGEST = 60_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    files = [f for folder in args.folder for f in folder.rglob("*") if _language(f)]
    random.Random(args.seed).shuffle(files)
    counts: dict[str, Counter[str]] = {}
    end = time.monotonic() + args.seconds
    for file in files:
        if time.monotonic() > end:
            break
        try:
            text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if len(text) <= LONGEST:
            count = counts.setdefault(_language(file), Counter())
            _add(Snapshot(file.as_uri(), file.name, _language(file), 1, text), count)
    print(json.dumps(counts, indent=2))


def _language(file: Path) -> str:
    language = languages.of_path(file.name)
    return language if language in documented.LANGUAGES else ""


def _add(snapshot: Snapshot, count: Counter[str]) -> None:
    """Documents every item of one file at once."""
    edits = []
    for item in documented.items(snapshot):
        if item.documentable and not item.place.existing:
            _, style = document.prepare(snapshot, {})
            lines = style.lines(item)
            words = {line.key: "Some words here." for line in lines if line.slot}
            edits.append(document.insertion(snapshot, item, style, lines, words))
    count["files"] += 1
    count["documented"] += len(edits)
    count["refused files"] += bool(validate.refusal(snapshot, edits))


if __name__ == "__main__":
    main()
