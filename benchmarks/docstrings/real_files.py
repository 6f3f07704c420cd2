"""Documents everything undocumented in real source files with fixed words, and counts refusals.

    python benchmarks/docstrings/real_files.py FOLDER... [--seconds 15] [--seed 1]

No model: this measures the structure alone. A refusal means that the proof caught an edit that
would have changed code. Afterwards the file is read again: every item that was documented has to
be found documented, without contradiction, and Python's own parser and node have to find the same
code. All of these counts should be 0. Files are taken in random order until the time is over; those
above 60,000 characters are passed over.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from fimble.assist import document
from fimble.core.docstrings import check
from fimble.core.docstrings import languages as documented
from fimble.core.text import languages, validate
from fimble.core.text.snapshot import Snapshot, apply_edits

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
            _add(Snapshot(file.resolve().as_uri(), file.name, _language(file), 1, text), count)
    print(json.dumps(counts, indent=2))


def _language(file: Path) -> str:
    language = languages.of_path(file.name)
    return language if language in documented.LANGUAGES else ""


def _add(snapshot: Snapshot, count: Counter[str]) -> None:
    """Documents every item of one file at once, and reads the result."""
    edits, names = [], []
    for item in documented.items(snapshot):
        if item.documentable and not item.place.existing:
            _, style = document.prepare(snapshot, {})
            lines = style.lines(item)
            words = {line.key: "Some words here." for line in lines if line.slot}
            edits.append(document.insertion(snapshot, item, style, lines, words))
            names.append((item.kind, item.qualname))
    count["files"] += 1
    refused = bool(validate.refusal(snapshot, edits))
    count["refused files"] += refused
    if refused:
        return
    count["documented"] += len(edits)
    after = replace(snapshot, version=2, text=apply_edits(snapshot.text, edits))
    found = [
        (i.kind, i.qualname)
        for i in documented.items(after)
        if not i.place.existing and i.documentable
    ]
    count["undocumented afterwards"] += sum((Counter(names) & Counter(found)).values())
    messages = (_contradictions(after) - _contradictions(snapshot)).values()
    count["contradictions afterwards"] += sum(messages)
    count["other code"] += _differs(snapshot, after)


def _contradictions(snapshot: Snapshot) -> Counter[str]:
    problems = check.problems(snapshot.language_id, documented.items(snapshot))
    return Counter(p.message for p in problems if not p.message.endswith("no documentation"))


def _differs(before: Snapshot, after: Snapshot) -> bool:
    """Whether the language's own parser, where it is at hand, finds other code."""
    if before.language_id == "python":
        return _tree(before.text) != _tree(after.text)
    node = shutil.which("node")
    if before.language_id != "javascript" or node is None:
        return False
    command = [node, "--check", "--input-type=module", "-"]
    codes = (
        subprocess.run(command, input=s.text.encode(), capture_output=True, check=False).returncode
        for s in (before, after)
    )
    return next(codes) == 0 and next(codes) != 0


def _tree(text: str) -> str:
    """Python's tree without docstrings, "" where it does not parse."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(module):
        holds = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if holds and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(module)


if __name__ == "__main__":
    main()
