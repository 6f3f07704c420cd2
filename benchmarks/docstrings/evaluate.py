"""Documents every row of a data set, and checks what came out.

    python benchmarks/docstrings/evaluate.py DATA.jsonl --out FOLDER [--limit 20] [--scripted]

A row has `lang`, `code` and `id`. For each style of its language: is the code unchanged, does
the text parse, is every parameter named and none invented; for Python also pydoclint and
pydocstyle, whose options are below. FOLDER gets the documented files and `summary.json`.
What FOLDER holds already is not run again. With `--scripted` fixed words stand for the
model's: the structure alone is checked.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import textwrap
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from fimble.assist import document
from fimble.assist.base import Task
from fimble.core.docstrings import existing, languages
from fimble.core.docstrings.styles import STYLES
from fimble.core.text import validate
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.errors import FimbleError
from fimble.generation.local import LocalGenerator
from fimble.generation.request import TextGenerator
from fimble.generation.testing import ScriptedGenerator
from fimble.models.store import DEFAULT_MODEL, Store

LINT = (
    "--skip-checking-short-docstrings=False",
    "--allow-init-docstring=True",
    "--check-return-types=False",
    "--check-yield-types=False",
    "--quiet",
)
UNTYPED = ("DOC106", "DOC107", "DOC108", "DOC109", "DOC110")
"""What pydoclint says of signatures without annotations, whatever the docstring."""

SECTIONED = ("google", "numpy", "sphinx")


def main() -> int:
    args = _arguments()
    rows = [json.loads(line) for line in args.data.read_text(encoding="utf-8").splitlines()]
    taken: Counter[str] = Counter()
    record = args.out / "rows.jsonl"
    args.out.mkdir(parents=True, exist_ok=True)
    results = [json.loads(r) for r in record.read_text().splitlines()] if record.exists() else []
    done = {(result["id"], result["style"]) for result in results}
    generator, started = _generator(args), time.monotonic()
    for row in rows:
        taken[row["lang"]] += 1
        if args.limit is not None and taken[row["lang"]] > args.limit:
            continue
        for style in STYLES[row["lang"]][: 1 if args.default else None]:
            wanted = not args.style or style.name in args.style
            if not wanted or (row["id"], style.name) in done:
                continue
            if time.monotonic() - started > args.seconds:
                break
            results.append(_one(generator, row, style.name, args.out))
            with record.open("a", encoding="utf-8") as out:
                out.write(json.dumps(results[-1], ensure_ascii=False) + "\n")
    summary = _summary(results, args.out)
    (args.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=2))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="rows per language")
    parser.add_argument("--style", action="append", help="only this style")
    parser.add_argument("--default", action="store_true", help="only each language's default")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long; run again")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, help="of the runtime")
    parser.add_argument("--scripted", action="store_true", help="fixed words, no model")
    return parser.parse_args()


def _generator(args: argparse.Namespace) -> TextGenerator:
    if args.scripted:
        return ScriptedGenerator(lambda prompt: f"Works on value {_word(len(prompt))} of all.\n")
    return LocalGenerator.from_package(Store().find(args.model).path, threads=args.threads)


def _word(number: int) -> str:
    """A number in letters, as words of their own may not name numbers."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _one(generator: TextGenerator, row: dict[str, Any], style: str, out: Path) -> dict[str, Any]:
    """Documents one row in one style."""
    code = textwrap.dedent(row["code"]).rstrip() + "\n"
    if row["lang"] == "java" or (row["lang"] != "go" and _is_method(row, code)):
        opening, closing = (
            ("class Owner:\n", "") if row["lang"] == "python" else ("class Owner {\n", "}\n")
        )
        code = opening + textwrap.indent(code, "    ") + closing
    snapshot = Snapshot(f"file:///{row['id']}", row["id"], row["lang"], 1, code)
    result: dict[str, Any] = {"id": row["id"], "lang": row["lang"], "style": style}
    items = languages.items(snapshot)
    item = next((i for i in items if i.name == row["name"].rpartition(".")[2]), None)
    if item is None:
        return {**result, "error": "not found"}
    started = time.perf_counter()
    try:
        _, chosen = document.prepare(snapshot, {"style": style})
        edit, filled = document.written(Task(generator, snapshot, {}), item, chosen)
    except FimbleError as error:
        return {**result, "error": str(error)}
    after = apply_edits(code, (edit,))
    path = out / style / f"{row['lang']}_{row['id']}.{_SUFFIX[row['lang']]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(after, encoding="utf-8")
    named = {e.name for e in existing.entries(row["lang"], edit.new_text)}
    wanted = {existing.bare(p.name) for p in item.details.parameters}
    if style == "tsdoc":
        wanted = {name for name in wanted if "." not in name}
    if style in ("plain", "godoc") or "property" in item.details.traits:
        wanted = set()
    return {
        **result,
        "summary": filled.words.get("summary", ""),
        "refusal": validate.refusal(snapshot, (edit,)),
        "missing": sorted(wanted - named),
        "invented": sorted(named - wanted - set(item.details.generics)),
        "slots": len(filled.words),
        "fallbacks": list(filled.fallbacks),
        "new_tokens": filled.new_tokens,
        "characters": len(edit.new_text),
        "generated": sum(map(len, filled.words.values())),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _is_method(row: dict[str, Any], code: str) -> bool:
    """Whether the row's code stood in a class."""
    if row["lang"] == "python":
        return "self" in row["params"] or bool(
            re.search(r"^(async )?def \w+\(\s*(self|cls)\b", code, re.M)
        )
    return not languages.items(Snapshot("", "", row["lang"], 1, code))


_SUFFIX = {"python": "py", "typescript": "ts", "javascript": "js", "java": "java", "go": "go"}


def _summary(results: list[dict[str, Any]], out: Path) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        groups[f"{result['lang']} {result['style']}"].append(result)
    summary = {}
    for name, group in groups.items():
        done = [r for r in group if "error" not in r]
        style = name.split()[1]
        entry: dict[str, Any] = {
            "rows": len(group),
            "errors": dict(Counter(r["error"] for r in group if "error" in r)),
            "code unchanged and parses": sum(not r["refusal"] for r in done),
            "all parameters named": sum(not r["missing"] for r in done),
            "no parameter invented": sum(not r["invented"] for r in done),
            "slots": sum(r["slots"] for r in done),
            "fixed phrases": sum(len(r["fallbacks"]) for r in done),
            "share of characters forced": round(
                1 - sum(r["generated"] for r in done) / max(1, sum(r["characters"] for r in done)),
                2,
            ),
            "median seconds": statistics.median([r["seconds"] for r in done] or [0]),
        }
        if name.startswith("python"):
            entry.update(_lint(style, out, len(done)))
        summary[name] = entry
    return summary


def _lint(style: str, out: Path, count: int) -> dict[str, Any]:
    """Files without a complaint, and the complaints."""
    convention = style if style in ("google", "numpy") else "pep257"
    folder = out / style
    result: dict[str, Any] = {}
    bin_folder = Path(sys.executable).parent
    select = ["--convention", convention, "--add-ignore=D100,D101,D107,D105"]
    lines = _run([str(bin_folder / "pydocstyle"), *select, str(folder)]).splitlines()
    files = {line.split(":")[0] for line in lines if ".py:" in line}
    codes = Counter(line.strip().split(":")[0] for line in lines if line.startswith("        D"))
    result["pydocstyle clean"], result["pydocstyle codes"] = count - len(files), dict(codes)
    if style in SECTIONED:
        hints = f"--arg-type-hints-in-docstring={style == 'numpy'}"
        out_text = _run(
            [str(bin_folder / "pydoclint"), f"--style={style}", hints, *LINT, str(folder)]
        )
        files, codes = set(), Counter()
        current = ""
        for line in out_text.splitlines():
            if line.strip().endswith(".py"):
                current = line.strip()
            elif ": DOC" in line and line.split(": ")[1] not in UNTYPED:
                files.add(current)
                codes[line.split(": ")[1]] += 1
        result["pydoclint clean"], result["pydoclint codes"] = count - len(files), dict(codes)
    return result


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
