"""How far packages of one model are from their fp32 package: next-token distributions on code.

    python benchmarks/export_distance.py TASKS.jsonl --out figures.json \
        fp32=FOLDER int8=FOLDER mixed=FOLDER [genai:peer=FOLDER] [--tasks 32]

Of each completion task (not of blocks) the prompt is laid out suffix first, the
gold text follows, and the distributions at the gold tokens are compared with those of the first
package: mean KL divergence in nats, the share of tokens where both prefer the same one, and how
much the gold text's negative log likelihood per token grows. `genai:` folders are those of
onnxruntime-genai's builder (`benchmarks/export_genai.py`). Speeds are medians of short passes
beside whatever else the machine does: ratios within one run, not absolute figures.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from export_genai import PeerModel
from fimble.engine import manifest as manifests
from fimble.engine.model import CausalLM
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

SEED, STEPS = 5, 30
PREFIX, SUFFIX, GOLD = 500, 200, 40
"""Characters before and behind the cursor, gold tokens at most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks_file", type=Path, metavar="TASKS")
    parser.add_argument("packages", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tasks", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    base = Path(args.packages[0].split("=", 1)[1])
    texts = read(args.tasks_file, args.tasks, base)
    gold = np.array([token for ids, count in texts for token in ids[-count:]])
    reference, rows = None, []
    for package in args.packages:
        name, folder = package.split("=", 1)
        found, row = measure(load(name, Path(folder), args.threads), texts)
        reference = found if reference is None else reference
        index = np.arange(len(gold))
        row |= {
            "package": name.removeprefix("genai:"),
            "MB": round(sum(f.stat().st_size for f in Path(folder).iterdir()) / 1e6, 1),
            "kl": round(float((np.exp(reference) * (reference - found)).sum(-1).mean()), 4),
            "top1": round(float((found.argmax(-1) == reference.argmax(-1)).mean()), 4),
            "loss_growth": round(float((reference - found)[index, gold].mean()), 4),
        }
        rows.append(row)
        print(json.dumps(row), flush=True)
    figures = {"tasks": len(texts), "tokens": len(gold), "packages": rows}
    args.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def load(name: str, folder: Path, threads: int) -> CausalLM:
    if name.startswith("genai:"):
        return PeerModel(folder, threads)
    manifest = manifests.load(folder)
    return OrtModel(folder, manifest, threads=threads, capacity=1024, slots=1)


def read(path: Path, count: int, package: Path) -> list[tuple[list[int], int]]:
    """Token ids of prompt and gold text, and how many are gold."""
    manifest = manifests.load(package)
    tokenizer = Tokenizer.from_file(package / manifest.tokenizer)
    fim = manifest.fim
    prefix, suffix, middle = (tokenizer.special(t) for t in (fim.prefix, fim.suffix, fim.middle))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(SEED).shuffle(rows)
    texts = []
    for row in rows:
        before = tokenizer.encode(row["prefix"][-PREFIX:])
        behind = tokenizer.encode(row["suffix"][:SUFFIX])
        gold = tokenizer.encode(row["gold"])[:GOLD]
        if row["kind"] != "block" and len(gold) >= 4:
            texts.append(([prefix, suffix, *behind, middle, *before, *gold], len(gold)))
    return texts[:count]


def measure(
    model: CausalLM, texts: Sequence[tuple[list[int], int]]
) -> tuple[Any, dict[str, float]]:
    """Log probabilities `[gold tokens, vocab]`, and the speeds."""
    parts, start = [], time.perf_counter()
    for ids, count in texts:
        logits = model.forward(ids, slot=0, past=0, want=count + 1)[:-1]
        shifted = logits - logits.max(-1, keepdims=True)
        parts.append(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))
    prefill = sum(len(ids) for ids, _ in texts) / (time.perf_counter() - start)
    steps = []
    for step in range(STEPS):
        start = time.perf_counter()
        model.forward([17], slot=0, past=100 + step, want=1)
        steps.append(1000 * (time.perf_counter() - start))
    decode = round(statistics.median(steps), 1)
    return np.concatenate(parts), {"prefill_tokens_per_s": round(prefill), "decode_ms": decode}


if __name__ == "__main__":
    main()
