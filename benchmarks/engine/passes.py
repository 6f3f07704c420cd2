"""What a forward pass costs: by context length, by new tokens (drafts, chunks), by rows."""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import machine
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

CONTEXTS = (256, 512, 1024, 2048, 3584)
DRAFTS = (1, 2, 3, 5, 9, 17)
CHUNKS = (32, 64, 128, 256)
ROWS = (1, 2, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, help="a model package (default: the default)")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--name", default="passes")
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    manifest = manifests.load(folder)
    ids = Tokenizer.from_file(folder / manifest.tokenizer).encode(machine.own_code())
    model = OrtModel(folder, manifest, threads=machine.cores(), capacity=4096, slots=1)
    weights = sum(f.stat().st_size for f in folder.glob("*.data"))
    figures: dict[str, Any] = {
        "package": manifest.name,
        "scheme": manifest.scheme.name,
        "weights_mb": round(weights / 1e6),
        "prefill_512_ms_by_chunk": chunks(model, ids, args.rounds),
        "by_context": [
            context(model, ids, start, size, args.rounds)
            for start, size in itertools.pairwise((0, *CONTEXTS))
        ],
        "pass_ms_by_new_tokens": drafts(model, ids, args.rounds),
        "ms_by_rows": rows(model, ids, args.rounds),
    }
    step = figures["by_context"][0]["decode_ms"]["best"]
    figures["decode_gb_s"] = round(weights / step / 1e6, 1)
    machine.write(args.name, figures)


def in_turn(calls: dict[int, Callable[[], object]], rounds: int) -> dict[int, dict[str, float]]:
    """Milliseconds of each call, one of each in every round."""
    times: dict[int, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - started)
    return {name: machine.spread_ms(seconds) for name, seconds in times.items()}


def chunks(model: OrtModel, ids: list[int], rounds: int) -> dict[int, dict[str, float]]:
    """A 512-token prompt in chunks of each size."""

    def prefill(size: int) -> None:
        for past in range(0, 512, size):
            model.forward(ids[past : past + size], slot=0, past=past, want=1)

    return in_turn({size: partial(prefill, size) for size in CHUNKS}, max(2, rounds // 2))


def context(model: OrtModel, ids: list[int], start: int, size: int, rounds: int) -> dict[str, Any]:
    """Prefill of the last 64 tokens before `size`, decode of the one behind it.

    The first `start` tokens are in the cache.
    """
    for past in range(start, size, 64):
        model.forward(ids[past : past + 64], slot=0, past=past, want=1)
    calls: dict[int, Callable[[], object]] = {
        64: lambda: model.forward(ids[size - 64 : size], slot=0, past=size - 64, want=1),
        1: lambda: model.forward(ids[size : size + 1], slot=0, past=size, want=1),
    }
    times = in_turn(calls, rounds)
    return {"tokens": size, "prefill_64_ms": times[64], "decode_ms": times[1]}


def drafts(model: OrtModel, ids: list[int], rounds: int) -> dict[int, dict[str, float]]:
    """A pass that verifies, behind 1,024 tokens: new tokens, all their logits."""

    def verify(new: int) -> None:
        model.forward(ids[1024 : 1024 + new], slot=0, past=1024, want=new)

    return in_turn({new: partial(verify, new) for new in DRAFTS}, rounds)


def rows(model: OrtModel, ids: list[int], rounds: int) -> dict[str, dict[int, dict[str, float]]]:
    """A batched step behind 1,024 tokens, and what making the rows costs."""
    batches = {count: model.fork(0, 1024, rows=count, room=64) for count in ROWS}
    steps: dict[int, Callable[[], object]] = {
        count: partial(batch.forward, ids[1024 : 1024 + count]) for count, batch in batches.items()
    }
    forks: dict[int, Callable[[], object]] = {
        count: partial(model.fork, 0, 1024, rows=count, room=64) for count in ROWS
    }
    return {"step": in_turn(steps, rounds), "fork": in_turn(forks, 3)}


if __name__ == "__main__":
    main()
