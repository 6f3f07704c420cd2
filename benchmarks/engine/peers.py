"""Prefill and decode beside the peers on the same weights, in turn within one run.

    python benchmarks/engine/peers.py fimble=DEFAULT llama.cpp=MODEL.gguf --python llama.cpp=PYTHON

Each peer is KIND=MODEL, or LABEL:KIND=MODEL where a kind comes twice; the first is what the others
are compared with. Kinds: `peer.py`; DEFAULT is the default model's package. A kind that has an
environment of its own gets its Python with `--python`.
"""

from __future__ import annotations

import argparse
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
    threads, default = machine.facts()["cores"], machine.default_package()
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
    until, rounds = time.monotonic() + seconds, 0
    while rounds < 3 or time.monotonic() < until:
        rounds += 1
        for child in children.values():
            child.round([*ids[rounds:], *ids[:rounds]])  # never what a cache holds
    for child in children.values():
        child.close()
    first = next(iter(children.values()))
    return {
        "rounds": rounds,
        **{name: _row(child, first) for name, child in children.items()},
    }


def _row(child: Child, first: Child) -> dict[str, Any]:
    """Speeds, and by how much the first peer is faster: the median over neighbouring rounds."""
    return {
        "prefill_tokens_s": _both(child.prefill_ms, lambda ms: 1000 * PROMPT_TOKENS / ms),
        "decode_ms": _both(child.decode_ms, lambda ms: ms),
        "prefill_ratio": _ratios(child.prefill_ms, first.prefill_ms),
        "decode_ratio": _ratios(child.decode_ms, first.decode_ms),
    }


def prompt(package: Path) -> list[int]:
    """The same ids for all: the tokenizer is the model's own."""
    tokenizer = Tokenizer.from_file(package / manifests.load(package).tokenizer)
    return tokenizer.encode(machine.own_code())[:PROMPT_TOKENS]


def _ratios(theirs: list[float], ours: list[float]) -> dict[str, float]:
    neighbours = [t / o for t, o in zip(theirs, ours, strict=True)]
    return {
        "best": round(min(theirs) / min(ours), 2),
        "median": round(float(np.median(neighbours)), 2),
    }


def _both(ms: list[float], unit: Callable[[float], float]) -> dict[str, float]:
    return {"best": round(unit(min(ms)), 1), "median": round(unit(float(np.median(ms))), 1)}


if __name__ == "__main__":
    main()
