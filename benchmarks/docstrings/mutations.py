"""How many contradictions, made by mutation of documented code, a check finds.

    python benchmarks/docstrings/mutations.py FOLDER... [--most 400] [--seed 1]

A function is taken if its documentation names every parameter at the begin of a line, behind a
tag or a mark. Its signature is changed in one place: a parameter renamed, removed, or added. Found
is what brings a report that the unchanged file does not have.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path

from fimble.core.docstrings import check
from fimble.core.docstrings import languages as documented
from fimble.core.docstrings.facts import Item
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot

LONGEST = 200_000
FRESH = {"php": "$fresh_one", "java": "int fresh_one", "csharp": "int fresh_one"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=400, help="functions of each language")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    files = sorted(f for folder in args.folder for f in folder.rglob("*") if _language(f))
    chance.shuffle(files)
    counts: dict[str, Counter[str]] = {}
    for file in files:
        count = counts.setdefault(_language(file), Counter())
        if count["functions"] < args.most:
            _add(file, count, chance, args.most)
    print(json.dumps(counts, indent=2))


def _language(file: Path) -> str:
    language = languages.of_path(file.name)
    return language if language in documented.LANGUAGES and file.is_file() else ""


def _add(file: Path, count: Counter[str], chance: random.Random, most: int) -> None:
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if len(text) > LONGEST:
        return
    snapshot = Snapshot(file.resolve().as_uri(), file.name, _language(file), 1, text)
    before = _messages(snapshot)
    for item in documented.items(snapshot):
        if item.kind != "function" or not _names_all(item) or count["functions"] >= most:
            continue
        count["functions"] += 1
        for kind, changed in _mutants(snapshot, item, chance):
            count[f"{kind}, made"] += 1
            after = Snapshot(snapshot.uri, snapshot.path, snapshot.language_id, 2, changed)
            count[f"{kind}, found"] += bool(_messages(after) - before)


def _messages(snapshot: Snapshot) -> Counter[str]:
    found = check.problems(snapshot.language_id, documented.items(snapshot))
    return Counter(p.message for p in found if "no documentation" not in p.message)


def _names_all(item: Item) -> bool:
    names = [re.sub(r"\W", "", p.name) for p in item.details.parameters]
    plain = all(re.fullmatch(r"\W{0,2}\w+", p.name) for p in item.details.parameters)
    existing = item.place.existing
    return (
        bool(names)
        and plain
        and all(
            re.search(rf"^[^\n]*(?:param\b[^\n]*\b|^\W*){name}\b", existing, re.MULTILINE)
            for name in names
        )
    )


def _mutants(snapshot: Snapshot, item: Item, chance: random.Random) -> list[tuple[str, str]]:
    text = snapshot.text
    start = max(
        item.start, item.place.end if item.place.end < item.end and not item.header_end else 0
    )
    match = re.compile(rf"\b{re.escape(item.name)}\s*\(").search(text, start)
    if match is None:
        return []
    end = _closing(text, match.end())
    parts = _parts(text[match.end() : end])
    parameter = chance.choice(item.details.parameters)
    name = re.sub(r"\W", "", parameter.name)
    at = next((n for n, part in enumerate(parts) if re.search(rf"\b{name}\b", part)), None)
    if at is None:
        return []
    first = int(re.match(r"\s*(?:#[^\n]*\s*)?(?:self|cls)\b", parts[0]) is not None)
    renamed = [
        re.sub(rf"\b{name}\b", "renamed_one", p, count=1) if n == at else p
        for n, p in enumerate(parts)
    ]
    removed = [p for n, p in enumerate(parts) if n != at]
    fresh = FRESH.get(snapshot.language_id, "fresh_one")
    added = [*parts[:first], f" {fresh}", *parts[first:]]
    return [
        (kind, text[: match.end()] + ",".join(changed) + text[end:])
        for kind, changed in (("renamed", renamed), ("removed", removed), ("added", added))
    ]


def _closing(text: str, start: int) -> int:
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            return index
    return start


def _parts(words: str) -> list[str]:
    """The parameters between commas that stand in no brackets."""
    found, depth = [""], 0
    for character in words:
        depth += (character in "([{<") - (character in ")]}>")
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return found if found[-1].strip() else found[:-1]


if __name__ == "__main__":
    main()
