"""Decode against what memory delivers: both measured in turn, in the same rounds, by this process.

    python benchmarks/engine/roofline.py

A token of decode reads all weights once (of a head behind a coarse copy only a few rows), so its
time is at least their bytes over the bandwidth. Neighbours on the machine change the bandwidth
from minute to minute: each round reads, decodes and reads again, and what counts is the median of
their ratios.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.manifest import Manifest
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

CONTEXT, TOKENS = 256, 8
BLOCK_BYTES = 2**28
"""Read by each thread: far beyond any cache."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, help="a model package (default: the default)")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--name", default="roofline")
    args = parser.parse_args()
    machine.write(args.name, measure(args.package or machine.default_package(), args.rounds))


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Bandwidth and decode in turn."""
    manifest = manifests.load(folder)
    threads = machine.cores()
    model = OrtModel(folder, manifest, threads=threads, capacity=512, slots=1)
    ids = Tokenizer.from_file(folder / manifest.tokenizer).encode(machine.own_code())
    model.forward(ids[:CONTEXT], slot=0, past=0, want=1)
    weights = _read_per_token(folder, manifest)
    blocks = [np.ones(BLOCK_BYTES // 4, np.float32) for _ in range(threads)]
    reads, steps, shares = [], [], []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds):
            before = _read(pool, blocks)
            step = _decode(model, ids)
            read = (before + _read(pool, blocks)) / 2
            reads.append(read)
            steps.append(step)
            shares.append(weights / step / read)
    return {
        "package": manifest.name,
        "scheme": manifest.scheme.name,
        "weights_mb": round(weights / 1e6, 1),
        "threads": threads,
        "context": CONTEXT,
        "rounds": rounds,
        "decode_ms": _spread([1000 * step for step in steps], 2),
        "read_gb_s": _spread([read / 1e9 for read in reads], 1),
        "decode_gb_s": _spread([weights / step / 1e9 for step in steps], 1),
        "share_of_bandwidth": _spread(shares, 3),
    }


def _read_per_token(folder: Path, manifest: Manifest) -> int:
    """Bytes of the weights, without a head of which only the rows are read that its copy names."""
    weights = sum(file.stat().st_size for file in folder.glob("*.data"))
    scheme, numbers = manifest.scheme, manifest.architecture
    if not scheme.keep:
        return weights
    scales = numbers.hidden_size // scheme.block_size * 4
    return weights - numbers.vocab_size * (numbers.hidden_size + scales)


def _read(pool: ThreadPoolExecutor, blocks: list[np.ndarray[Any, Any]]) -> float:
    """Bytes per second that all threads read together, once through."""
    started = time.perf_counter()
    list(pool.map(np.max, blocks))
    return BLOCK_BYTES * len(blocks) / (time.perf_counter() - started)


def _decode(model: OrtModel, ids: list[int]) -> float:
    """Seconds for a token."""
    started = time.perf_counter()
    for past in range(CONTEXT, CONTEXT + TOKENS):
        model.forward(ids[past : past + 1], slot=0, past=past, want=1)
    return (time.perf_counter() - started) / TOKENS


def _spread(values: list[float], digits: int) -> dict[str, float]:
    quantiles = np.quantile(np.array(values), (0.1, 0.5, 0.9))
    names = ("p10", "median", "p90")
    return {n: round(float(q), digits) for n, q in zip(names, quantiles, strict=True)}


if __name__ == "__main__":
    main()
