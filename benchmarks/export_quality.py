"""Exact match, size and speed of several packages of one model, in one run.

    python benchmarks/export_quality.py TASKS.jsonl --out figures.json \
        fp32=FOLDER int8=FOLDER int4=FOLDER [genai:int4=PEER] [--work FOLDER]

The first package is what the others are compared with, task by task. Exact match is that of the
Qwen2.5-Coder report: the first line of the model's raw text equals the first line of the gold
text, both stripped. Answers come from `fimble eval completion --raw` and are kept in `--work`,
so an interrupted run goes on where it stopped; only tasks that all packages have answered count.
Speed: rounds over all packages in turn, prompts in the engine's own chunks; medians. A `genai:`
folder is one of onnxruntime-genai's builder (`export_genai.py`): its graph answers in our loop, and
its speed is that of its own runtime, which has to be installed.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import export_genai
import psutil
from engine.peer import Fimble, GenAi
from fimble.engine.runtime import onnxruntime

GENAI = "genai:"
PROMPT, STEPS, ROUNDS = 512, 24, 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("packages", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/export-quality"))
    parser.add_argument("--limit-per-lang", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=psutil.cpu_count(logical=False))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    named = [package.split("=", 1) for package in args.packages]
    folders = {name: Path(folder) for name, folder in named}
    answered = {name: answers(name, folder, args) for name, folder in folders.items()}
    common = set.intersection(*(set(found) for found in answered.values()))
    hits = {
        name: {task: hit for task, hit in found.items() if task in common}
        for name, found in answered.items()
    }
    speeds = speed(folders, args.threads)
    base = next(iter(hits.values()))
    rows = []
    for name, folder in folders.items():
        delta, margin = paired(hits[name], base)
        row = {
            "package": name.removeprefix(GENAI),
            "MB": round(sum(f.stat().st_size for f in folder.iterdir()) / 1e6, 1),
            "exact_match": round(100 * statistics.mean(hits[name].values()), 1),
            "delta": round(delta, 1),
            "interval": f"{delta - margin:+.1f} to {delta + margin:+.1f}",
        }
        rows.append(row | speeds[name])
    figures = {"tasks": len(base), "machine": machine(args.threads), "packages": rows}
    args.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))


def answers(name: str, folder: Path, args: argparse.Namespace) -> dict[str, bool]:
    """Task id -> whether the first line is right."""
    out = args.work / f"{name.removeprefix(GENAI)}.jsonl"
    if name.startswith(GENAI):
        first = Path(args.packages[0].split("=", 1)[1])
        export_genai.run_tasks(args.tasks, folder, first, out, args.threads)
    else:
        command = [sys.executable, "-m", "fimble", "eval", "completion", str(args.tasks), "--raw"]
        command += ["--out", str(out), "--model", str(folder), "--threads", str(args.threads)]
        command += ["--limit-per-lang", str(args.limit_per_lang)]
        subprocess.run(command, check=True)
    gold = {row_id(row): row for row in read(args.tasks)}
    return {row_id(row): right(gold[row_id(row)], row["text"]) for row in read(out)}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def row_id(row: dict[str, Any]) -> str:
    return str(row.get("id") or row.get("name"))


def right(task: dict[str, Any], text: str) -> bool:
    gold = task.get("gold") or task["canonical_solution"]
    lines = text.split("\n")
    first = lines[1] if len(lines) > 1 and not lines[0].strip() else lines[0]
    return first.strip() == gold.strip().split("\n")[0].strip()


def paired(hits: dict[str, bool], base: dict[str, bool]) -> tuple[float, float]:
    """Difference of two shares on the same tasks, in points, and its 95 % margin.

    With b tasks only the first gets right and c only the second, of n:
    (b - c) / n +- 1.96 sqrt(b + c - (b - c)^2 / n) / n.
    """
    n = len(base)
    b = sum(hits[task] and not base[task] for task in base)
    c = sum(base[task] and not hits[task] for task in base)
    return 100 * (b - c) / n, 196 * math.sqrt(b + c - (b - c) ** 2 / n) / n


def speed(folders: dict[str, Path], threads: int) -> dict[str, dict[str, float]]:
    """Prefill and decode of every package, with all of them loaded."""
    peers = {
        name: (GenAi if name.startswith(GENAI) else Fimble)(folder, threads)
        for name, folder in folders.items()
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    for first in range(100, 100 + ROUNDS):  # never what a cache holds
        for name, peer in peers.items():
            times[name].append(peer.round(list(range(first, first + PROMPT)), STEPS))
    return {
        name: {
            "prefill_tokens_per_s": round(1000 * PROMPT / statistics.median(t[0] for t in found)),
            "decode_ms": round(statistics.median(t[1] for t in found), 1),
        }
        for name, found in times.items()
    }


def machine(threads: int | None) -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(logical=False),
        "threads": threads,
        "onnxruntime": onnxruntime.__version__,
    }


if __name__ == "__main__":
    main()
