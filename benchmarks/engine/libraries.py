"""Two or more builds of our operators' library beside each other, in turn within one process.

    python benchmarks/engine/libraries.py BEFORE.so AFTER.so --new 8

How long a pass over `--new` tokens behind 256 others takes with each: the median, the best, and by
how much it is faster than with the first one (the median of the rounds' ratios). Build one with
`python -m ziglang cc` and the flags of `hatch_build.py`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from unittest import mock

import machine
import numpy as np
from fimble.engine import kernels
from fimble.engine import manifest as manifests
from fimble.engine.decode import PREFILL_CHUNK
from fimble.engine.ort_model import OrtModel

PAST, CAPACITY = 256, 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", nargs="+", type=Path)
    parser.add_argument("--package", type=Path, default=machine.default_package())
    parser.add_argument("--new", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--passes", type=int, default=6, help="of a round")
    args = parser.parse_args()
    ids = np.random.default_rng(0).integers(1000, 20000, CAPACITY).tolist()
    models = {path: load(args.package, path, ids) for path in args.libraries}
    times: dict[Path, list[float]] = {path: [] for path in models}
    for _ in range(args.rounds):
        for path, model in models.items():
            found = [pass_ms(model, ids, args.new) for _ in range(args.passes)]
            times[path].append(statistics.median(found))
    first = times[args.libraries[0]]
    for path, row in times.items():
        ratio = statistics.median(a / b for a, b in zip(first, row, strict=True))
        median, best = statistics.median(row), min(row)
        print(f"{path.name:24} median {median:.2f} ms, best {best:.2f}, {ratio:.3f} times as fast")


def load(package: Path, library: Path, ids: list[int]) -> OrtModel:
    """The model on one library, with `PAST` tokens read."""
    with mock.patch.object(kernels, "library", return_value=library):
        manifest, threads = manifests.load(package), machine.cores()
        model = OrtModel(package, manifest, threads=threads, capacity=CAPACITY, slots=1)
    for past in range(0, PAST, PREFILL_CHUNK):
        model.forward(ids[past : past + PREFILL_CHUNK], slot=0, past=past, want=0)
    return model


def pass_ms(model: OrtModel, ids: list[int], new: int) -> float:
    """Milliseconds of one pass whose last 24 positions' logits are wanted, at most."""
    started = time.perf_counter()
    model.forward(ids[PAST : PAST + new], slot=0, past=PAST, want=min(new, 24))
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
