"""How long one documentation takes: a Python function of forty lines, beside each other runs.

    python benchmarks/docstrings/latency.py [--runs 5] [--model NAME]

Prints the seconds to the first words that progress shows, to the whole docstring, and the share
of its tokens that were forced by the skeleton instead of generated. "Read ahead" is where the
action was chosen from a menu that stood open long enough: the model has read the code by then.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import replace

from fimble.assist import Task, document
from fimble.core.docstrings import languages, prompt
from fimble.core.text.snapshot import Snapshot
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store

FUNCTION = """def merge_intervals(intervals, *, gap: int = 0, strict=False) -> list[Interval]:
    key = default_key
    cleaned = []
    for interval in intervals:
        if interval is None:
            if strict:
                raise TypeError("an interval is None")
            continue
        start, end = key(interval)
        if start > end:
            if strict:
                raise ValueError(f"interval {interval!r} ends before it starts")
            start, end = end, start
        cleaned.append((start, end, interval))
    cleaned.sort(key=lambda entry: (entry[0], entry[1]))
    merged = []
    for start, end, interval in cleaned:
        if not merged:
            merged.append(Interval(start, end, [interval]))
            continue
        last = merged[-1]
        if start <= last.end + gap:
            last.end = max(last.end, end)
            last.sources.append(interval)
        else:
            merged.append(Interval(start, end, [interval]))
    total = sum(item.end - item.start for item in merged)
    covered = max((item.end for item in merged), default=0)
    if strict and total > covered:
        raise ValueError("intervals overlap after merging")
    seen = set()
    for item in merged:
        if item.start in seen:
            log.warning("two intervals start at %s", item.start)
        seen.add(item.start)
        item.length = item.end - item.start
    statistics.record("merged", len(merged))
    return merged
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    args = parser.parse_args()
    folder = Store().find(args.model).path
    generator = LocalGenerator.from_package(folder)
    tokenizer = Tokenizer.from_file(folder / generator.manifest.tokenizer)
    first, ahead, whole, forced = [], [], [], []
    for run in range(2 * args.runs):
        code = FUNCTION.replace("merged", f"merged{run}")
        snapshot = Snapshot(f"file:///{run}", "a.py", "python", 1, code)
        item = languages.items(snapshot)[1]
        _, style = document.prepare(snapshot, {"style": "google"})
        task = Task(generator, snapshot, {"start": item.start})
        if run % 2:
            document.prefill(task)
        shown: list[float] = []
        started = time.perf_counter()

        def report(message: str, percentage: int | None = None, shown: list[float] = shown) -> None:
            if ": " in message:
                shown.append(time.perf_counter())

        edit, filled = document.written(replace(task, progress=report), item, style)
        if run % 2:
            ahead.append(shown[0] - started)
            continue
        whole.append(time.perf_counter() - started)
        first.append(shown[0] - started)
        tokens = len(tokenizer.encode(edit.new_text))
        kept = sum(len(tokenizer.encode(words)) for words in filled.words.values())
        forced.append(1 - kept / tokens)
    asked = prompt.slot(snapshot, item, style, '    """', generator.manifest.fim)
    print(
        json.dumps(
            {
                "lines": FUNCTION.count("\n"),
                "slots": len(filled.words),
                "tokens of the prompt": sum(len(tokenizer.encode(s.text)) for s in asked),
                "first words, seconds": round(statistics.median(first), 2),
                "first words, read ahead, seconds": round(statistics.median(ahead), 2),
                "whole docstring, seconds": round(statistics.median(whole), 2),
                "share of tokens forced": round(statistics.median(forced), 2),
                "runs": args.runs,
            },
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
