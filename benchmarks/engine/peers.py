"""Prefill and decode beside the peers on the same weights, in turn within one run.

    python benchmarks/engine/peers.py fimble=DEFAULT llama.cpp=MODEL.gguf --python llama.cpp=PYTHON

Each peer is KIND=MODEL, or LABEL:KIND=MODEL where a kind comes twice; the first is what the others
are compared with. Kinds: `peer.py`; DEFAULT is the default model's package. A kind that has an
environment of its own gets its Python with `--python`.

What memory delivers changes by the minute where neighbours share it, and with it the ratios: it is
read between the rounds, and the ratios are told for the slower and the faster rounds too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.tokenizer import Tokenizer
from numpy.typing import NDArray

PROMPT_TOKENS = 256
DECODE_TOKENS = 16


class Child:
    """A `peer.py` process."""

    def __init__(self, python: str, kind: str, model: Path, threads: int) -> None:
        script = Path(__file__).with_name("peer.py")
        command = [python, str(script), kind, str(model), "--threads", str(threads)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.prefill_ms: list[float] = []
        self.decode_ms: list[float] = []
        while self._line() != "ready\n":  # a library may greet first
            pass

    def round(self, ids: list[int]) -> None:
        """One prefill and one decode."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"ids": ids, "count": DECODE_TOKENS}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._line())
        self.prefill_ms.append(answer["prefill_ms"])
        self.decode_ms.append(answer["decode_ms"])

    def warm(self) -> None:
        """Forgets the rounds so far."""
        self.prefill_ms.clear()
        self.decode_ms.clear()

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"A peer has ended: {self._process.args}")
        return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", nargs="+", metavar="[LABEL:]KIND=MODEL")
    parser.add_argument("--python", action="append", default=[], metavar="KIND=PYTHON")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--name", default="peers")
    args = parser.parse_args()
    threads, default = machine.cores(), machine.default_package()
    pythons = dict(text.split("=", 1) for text in args.python)
    children = {}
    for text in args.peers:
        name, model = text.split("=", 1)
        kind = name.rpartition(":")[2]
        path = default if model == "DEFAULT" else Path(model)
        children[name] = Child(pythons.get(kind, sys.executable), kind, path, threads)
    machine.write(args.name, compare(children, prompt(default), args.seconds))


def compare(children: dict[str, Child], ids: list[int], seconds: float) -> dict[str, Any]:
    """Rounds in turn until the time is over; the first one warms up and does not count."""
    for child in children.values():
        child.round(ids)
        child.warm()
    until, reads = time.monotonic() + seconds, [_read()]
    while len(reads) < 4 or time.monotonic() < until:
        turn = len(reads)
        for child in children.values():
            child.round([*ids[turn:], *ids[:turn]])  # never what a cache holds
        reads.append(_read())
    for child in children.values():
        child.close()
    around = np.array([(before + after) / 2 for before, after in itertools.pairwise(reads)])
    whole = np.full(len(around), True)
    middle = (around.min() + around.max()) / 2
    return {
        "rounds": len(around),
        **{name: _speeds(child) for name, child in children.items()},
        "all_rounds": _state(children, around, whole),
        "slower_memory": _state(children, around, around < middle),
        "faster_memory": _state(children, around, around >= middle),
    }


def _read() -> float:
    """GB/s at this moment."""
    return machine.bandwidth(machine.cores(), megabytes=128, rounds=3)


def _speeds(child: Child) -> dict[str, Any]:
    return {
        "prefill_tokens_s": _both(child.prefill_ms, lambda ms: 1000 * PROMPT_TOKENS / ms),
        "decode_ms": _both(child.decode_ms, lambda ms: ms),
    }


def _state(
    children: dict[str, Child], reads: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> dict[str, Any]:
    """By how much the first peer is faster in some rounds: the median of their ratios."""
    first, *others = children
    ours = children[first]
    return {
        "rounds": int(chosen.sum()),
        "read_gb_s": round(float(np.median(reads[chosen])), 1),
        **{
            name: {
                "prefill_ratio": _ratio(children[name].prefill_ms, ours.prefill_ms, chosen),
                "decode_ratio": _ratio(children[name].decode_ms, ours.decode_ms, chosen),
            }
            for name in others
        },
    }


def prompt(package: Path) -> list[int]:
    """The same ids for all: the tokenizer is the model's own."""
    tokenizer = Tokenizer.from_file(package / manifests.load(package).tokenizer)
    return tokenizer.encode(machine.own_code())[:PROMPT_TOKENS]


def _ratio(theirs: list[float], ours: list[float], chosen: NDArray[np.bool_]) -> float:
    neighbours = np.array(theirs)[chosen] / np.array(ours)[chosen]
    return round(float(np.median(neighbours)), 2)


def _both(ms: list[float], unit: Callable[[float], float]) -> dict[str, float]:
    return {"best": round(unit(min(ms)), 1), "median": round(unit(float(np.median(ms))), 1)}


if __name__ == "__main__":
    main()
