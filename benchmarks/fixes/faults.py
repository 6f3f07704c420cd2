"""One token of a real file deleted or changed: is it put back, and is anything else ever offered?

    python benchmarks/fixes/faults.py DATA.jsonl [--count 60] [--seeds 11,12,13] [--no-model]
        [--json OUT] [--kept ROWS.jsonl] [--minutes M]

DATA has rows with `lang`, `prefix`, `gold` and `suffix`: together, a file. Faults are made by seed,
in files that parse, and only those count that a checker sees. Fixed: the text is the original
but for white space. Wrong: something else was offered. With --kept a later run goes on where an
earlier one ended.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
from functools import partial
from pathlib import Path
from typing import Any

import turns
from fimble.assist import fixing
from fimble.assist.checks import BUILT_IN
from fimble.core.text.diagnostics import SYNTAX, Diagnostic
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken

LANGUAGES = ("python", "javascript", "typescript", "go", "java")
_TOKEN = re.compile(r"[()\[\]{}\"'`]|[A-Za-z_]\w{4,}")
_LONGEST = 12_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seeds", default="11", help="comma-separated")
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--language", choices=LANGUAGES, help="only this one")
    parser.add_argument("--show", action="store_true")
    args = turns.arguments(parser)
    rows = [json.loads(line) for line in args.data.read_text(encoding="utf-8").splitlines()]
    generator = None if args.no_model else turns.generator(args)
    tasks = [
        (
            f"{seed} {language} {number}",
            partial(measure, generator, seed, language, *fault, args.show),
        )
        for seed in args.seeds.split(",")
        for language in ((args.language,) if args.language else LANGUAGES)
        for number, fault in enumerate(faults(rows, language, args.count // len(LANGUAGES), seed))
    ]
    done = turns.measured(tasks, args.kept, args.minutes)
    seconds = sorted(d["seconds"] for d in done)
    report = {
        "faults": len(done),
        "model": None if args.no_model else args.model,
        "fixed": share(done, "fixed"),
        "wrong": share(done, "wrong"),
        "by_seed": {
            seed: share([d for d in done if d["seed"] == seed], "fixed")
            for seed in sorted({d["seed"] for d in done})
        },
        "by_language": {
            name: share([d for d in done if d["language"] == name], "fixed")
            for name in sorted({d["language"] for d in done})
        },
        "by_fault": {
            kind: share([d for d in done if d["kind"] == kind], "fixed")
            for kind in sorted({d["kind"] for d in done})
        },
        "by_model": sum(d["by_model"] for d in done if d["fixed"]),
        "seconds_p50": round(statistics.median(seconds), 2),
        "seconds_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 2),
    }
    turns.tell(report, args.json)


def faults(
    rows: list[dict[str, Any]], language: str, count: int, seed: str
) -> list[tuple[str, str, str, Diagnostic]]:
    """Faults that a checker sees: kind, original, text, finding."""
    rng = random.Random(f"{seed} {language}")
    texts = sorted({r["prefix"] + r["gold"] + r["suffix"] for r in rows if r["lang"] == language})
    rng.shuffle(texts)
    found: list[tuple[str, str, str, Diagnostic]] = []
    for original in texts:
        if len(original) > _LONGEST or findings(original, language):
            continue
        for _ in range(20):
            kind, text = broken(original, language, rng)
            seen = findings(text, language)
            if seen:
                found.append((kind, original, text, seen[0]))
                break
        if len(found) == count:
            break
    return found


def broken(original: str, language: str, rng: random.Random) -> tuple[str, str]:
    """The text with one token deleted or changed."""
    tokens = list(_TOKEN.finditer(original))
    token = rng.choice(tokens)
    start, end = token.span()
    if token[0][0].isalpha() or token[0][0] == "_":
        at = rng.randrange(1, len(token[0]) - 1)
        word = token[0]
        typo = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return "misspelt", original[:start] + typo + original[end:]
    if token[0] in ")]}" and rng.random() < 0.3:
        other = rng.choice([c for c in ")]}" if c != token[0]])
        return "changed", original[:start] + other + original[end:]
    return "deleted", original[:start] + original[end:]


def findings(text: str, language: str) -> list[Diagnostic]:
    """Syntax errors and undefined names."""
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", language, 1, text)
    return [
        d
        for checker in BUILT_IN
        if checker.covers(language)
        for d in checker.check(snapshot) or ()
        if d.code in (SYNTAX, "F821")
    ]


def measure(
    generator: Any,
    seed: str,
    language: str,
    kind: str,
    original: str,
    text: str,
    target: Diagnostic,
    show: bool,
) -> dict[str, Any]:
    snapshot = Snapshot("file:///nowhere/at/all/a", "a", language, 1, text)
    fix = fixing.find(generator, snapshot, target, BUILT_IN, CancelToken())
    after = apply_edits(text, fix.edits)
    right = bare(after) == bare(original)
    if show and not right:
        at = next((i for i, (a, b) in enumerate(zip(original, text, strict=False)) if a != b), 0)
        print(seed, language, kind, repr(original[max(0, at - 50) : at + 40]))
        for edit in fix.edits:
            print("   ", repr(text[max(0, edit.start - 50) : edit.start]), "->", edit.new_text)
    return {
        "seed": seed,
        "language": language,
        "kind": kind,
        "by_model": fix.by_model,
        "fixed": right,
        "wrong": bool(fix.edits) and not right,
        "seconds": fix.seconds,
    }


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def share(done: list[dict[str, Any]], key: str) -> str:
    count = sum(d[key] for d in done)
    return f"{count}/{len(done)} ({100 * count / len(done):.1f} %)" if done else "0/0"


if __name__ == "__main__":
    main()
