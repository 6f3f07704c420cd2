"""What a forward pass costs: by context length, by new tokens (drafts, chunks), by rows."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

CONTEXTS = (256, 512, 1024, 2048, 3584)
DRAFTS = (1, 2, 3, 5, 9, 17)
CHUNKS = (16, 32, 64, 128, 256, 512)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, help="a model package (default: the default)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--name", default="passes")
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    manifest = manifests.load(folder)
    ids = Tokenizer.from_file(folder / manifest.tokenizer).encode(machine.own_code())
    model = OrtModel(folder, manifest, threads=machine.facts()["cores"], capacity=4096, slots=1)
    weights = sum(f.stat().st_size for f in folder.glob("*.data"))
    figures: dict[str, Any] = {
        "package": manifest.name,
        "scheme": manifest.scheme.name,
        "weights_mb": round(weights / 1e6),
        "prefill_tokens_s_by_chunk": chunks(model, ids, args.rounds),
        "by_context": [context(model, ids, size, args.rounds) for size in CONTEXTS],
        "pass_ms_by_new_tokens": drafts(model, ids, args.rounds),
        "pass_ms_by_rows": rows(model, ids, args.rounds),
    }
    step = figures["by_context"][0]["decode_ms"]
    figures["decode_gb_s"] = round(weights / step / 1e6, 1)
    machine.write(args.name, figures)


def chunks(model: OrtModel, ids: list[int], rounds: int) -> dict[int, int]:
    """Tokens/s of a 512-token prompt, chunk sizes in turn."""
    times: dict[int, list[float]] = {size: [] for size in CHUNKS}
    for _ in range(max(2, rounds // 3)):
        for size in CHUNKS:
            started = time.perf_counter()
            for past in range(0, 512, size):
                model.forward(ids[past : past + size], slot=0, past=past, want=1)
            times[size].append(time.perf_counter() - started)
    return {size: round(512 / float(np.median(t))) for size, t in times.items()}


def context(model: OrtModel, ids: list[int], size: int, rounds: int) -> dict[str, float]:
    """Prefill of the last 64 tokens before `size`, decode of the one behind it."""
    for past in range(0, size, 64):
        model.forward(ids[past : past + 64], slot=0, past=past, want=1)

    def prefill() -> None:
        model.forward(ids[size - 64 : size], slot=0, past=size - 64, want=1)

    def decode() -> None:
        model.forward(ids[size : size + 1], slot=0, past=size, want=1)

    per_chunk = machine.median_ms(prefill, max(3, rounds // 2))
    return {
        "tokens": size,
        "prefill_tokens_s": round(64_000 / per_chunk),
        "decode_ms": machine.median_ms(decode, 3 * rounds),
    }


def drafts(model: OrtModel, ids: list[int], rounds: int) -> dict[int, float]:
    """A pass that verifies, behind 1,024 tokens: new tokens, all their logits."""
    times: dict[int, list[float]] = {new: [] for new in DRAFTS}
    for _ in range(2 * rounds):
        for new in DRAFTS:
            started = time.perf_counter()
            model.forward(ids[1024 : 1024 + new], slot=0, past=1024, want=new)
            times[new].append(time.perf_counter() - started)
    return {new: round(1000 * float(np.median(t)), 1) for new, t in times.items()}


def rows(model: OrtModel, ids: list[int], rounds: int) -> dict[str, float]:
    """A batched step behind 1,024 tokens, and what making the rows costs."""
    figures = {}
    for count in (1, 2, 4):
        fork_ms = machine.median_ms(lambda n=count: model.fork(0, 1024, rows=n, room=64), 3)
        batch = model.fork(0, 1024, rows=count, room=64)
        step = machine.median_ms(lambda b=batch, n=count: b.forward(ids[1024 : 1024 + n]), rounds)
        figures[f"{count}_rows"], figures[f"fork_{count}"] = step, fork_ms
    return figures


if __name__ == "__main__":
    main()
