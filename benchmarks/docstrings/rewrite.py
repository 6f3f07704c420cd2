"""The rival: the same model asked to write the selection again, with documentation.

    python benchmarks/docstrings/rewrite.py DATA.jsonl --out FILE.jsonl [--limit 16]

This is what assistants do that replace the selection by the model's answer. A row counts as
broken if the answer does not parse, changes code, has no documentation, or names the
parameters wrongly.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path
from typing import Any

from fimble.core.docstrings import existing, languages
from fimble.core.text import syntax, validate
from fimble.core.text.prompt import chat_prompt
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.engine.cancel import CancelToken
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.models.store import DEFAULT_MODEL, Store

LONGEST = 1800
"""Characters of code: the answer has to fit into the context beside the question."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=16, help="rows per language")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long; run again")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, help="of the runtime")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.data.read_text(encoding="utf-8").splitlines()]
    taken: Counter[str] = Counter()
    chosen = []
    for row in rows:
        taken[row["lang"]] += 1
        if taken[row["lang"]] <= args.limit and len(row["code"]) <= LONGEST:
            chosen.append(row)
    results = (
        [json.loads(r) for r in args.out.read_text().splitlines()] if args.out.exists() else []
    )
    done = {result["id"] for result in results}
    folder, started = Store().find(args.model).path, time.monotonic()
    generator = LocalGenerator.from_package(folder, threads=args.threads)
    for row in chosen:
        if row["id"] in done or time.monotonic() - started > args.seconds:
            continue
        results.append(one(generator, row))
        with args.out.open("a", encoding="utf-8") as out:
            out.write(json.dumps(results[-1], ensure_ascii=False) + "\n")
    print(json.dumps(summary(results), indent=2))
    return 0


def one(generator: TextGenerator, row: dict[str, Any]) -> dict[str, Any]:
    """Asks for one row, and judges the answer."""
    code, language = textwrap.dedent(row["code"]).rstrip() + "\n", row["lang"]
    task = (
        f"Add documentation to this code. Answer with the whole code.\n\n```{language}\n{code}```"
    )
    prompt = chat_prompt((("system", generator.manifest.chat.system), ("user", task)))
    request = GenerationRequest("rewrite", prompt, max_new_tokens=700)
    result = generator.generate(request, CancelToken())
    fenced = re.search(r"```\w*\n(.*?)(?:```|\Z)", result.text, re.DOTALL)
    answer = textwrap.dedent(fenced[1] if fenced else result.text).rstrip() + "\n"
    snapshot = Snapshot("file:///a", "a", language, 1, _owned(language, code))
    edit = Edit(0, len(snapshot.text), _owned(language, answer))
    items = languages.items(Snapshot("file:///a", "a", language, 1, edit.new_text))
    item = next((i for i in items if i.name == row["name"].rpartition(".")[2]), None)
    wrong: list[str] = []
    if item is not None and language not in ("go",):
        named = {entry.name for entry in existing.entries(language, item.place.existing)}
        real = {existing.bare(p.name) for p in item.details.parameters} - {"self", "cls"}
        wrong = sorted(named ^ real) if named else sorted(real)
    return {
        "id": row["id"],
        "lang": language,
        "parses": _errors(edit.new_text, language) <= _errors(snapshot.text, language),
        "unchanged": not validate.refusal(snapshot, (edit,)),
        "documented": item is not None and bool(item.place.existing),
        "wrong parameters": wrong,
        "finish": result.finish_reason,
        "seconds": round(result.timings.total_ms / 1000, 2),
        "tokens": result.timings.new_tokens,
        "documentation": item.place.existing if item is not None else "",
    }


def _owned(language: str, code: str) -> str:
    """Methods parse only in a class."""
    bare = Snapshot("", "", language, 1, code)
    alone = language in ("python", "go") or (language != "java" and languages.items(bare))
    return code if alone else f"class Owner {{\n{code}}}\n"


def _errors(text: str, language: str) -> int:
    return syntax.errors(language, text) or 0


def summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts over all rows."""
    bad = [
        r
        for r in results
        if not (r["parses"] and r["unchanged"] and r["documented"]) or r["wrong parameters"]
    ]
    return {
        "rows": len(results),
        "does not parse": sum(not r["parses"] for r in results),
        "code changed": sum(not r["unchanged"] for r in results),
        "no documentation": sum(not r["documented"] for r in results),
        "parameters wrong": sum(bool(r["wrong parameters"]) for r in results),
        "broken in some way": len(bad),
        "cut off": sum(r["finish"] == "length" for r in results),
        "by language": dict(Counter(r["lang"] for r in results)),
        "median seconds": sorted(r["seconds"] for r in results)[len(results) // 2],
    }


if __name__ == "__main__":
    sys.exit(main())
