"""Prefill and decode beside the peers on the same weights and bits, in turn within one run.

    python benchmarks/engine/peers.py --llama-python PYTHON 8=MODEL-Q8_0.gguf 4=MODEL-Q4_0.gguf

`--package BITS=FOLDER` names our package of as many bits (8: the default model). A peer whose
weights are not given is left out. PYTHON has llama-cpp-python.
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
        self.tokens: list[int] = []
        self._line()

    def round(self, ids: list[int]) -> None:
        """One prefill and one decode."""
        self.prefill_ms.append(self._ask({"do": "prefill", "ids": ids})["ms"])
        answer = self._ask({"do": "decode", "count": DECODE_TOKENS})
        self.decode_ms.append(answer["ms"] / DECODE_TOKENS)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _ask(self, command: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"A peer has ended: {self._process.args}")
        return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llama", nargs="*", metavar="BITS=GGUF")
    parser.add_argument("--llama-python", default=sys.executable)
    parser.add_argument("--package", action="append", default=[], metavar="BITS=FOLDER")
    parser.add_argument("--seconds", type=float, default=120, help="for each number of bits")
    args = parser.parse_args()
    threads = machine.facts()["cores"]
    ours = {"8": machine.default_package(), **_pairs(args.package)}
    figures = {}
    for bits, gguf in _pairs(args.llama).items():
        if bits in ours:
            children = {
                "fimble": Child(sys.executable, "fimble", ours[bits], threads),
                "llama.cpp": Child(args.llama_python, "llama.cpp", gguf, threads),
            }
            figures[f"{bits} bits"] = compare(children, prompt(ours[bits]), args.seconds)
    machine.write("peers", figures)


def compare(children: dict[str, Child], ids: list[int], seconds: float) -> dict[str, Any]:
    """Rounds in turn until the time is over; the first one warms up and does not count."""
    until, number = time.monotonic() + seconds, 0
    while number < 3 or time.monotonic() < until:
        for child in children.values():
            child.round([*ids[number:], *ids[:number]])
        number += 1
    rows = {
        name: {
            "prefill_tokens_s": _both(child.prefill_ms[1:], lambda ms: 1000 * PROMPT_TOKENS / ms),
            "decode_ms": _both(child.decode_ms[1:], lambda ms: ms),
        }
        for name, child in children.items()
    }
    ours, theirs = children["fimble"], children["llama.cpp"]
    for child in children.values():
        child.close()
    return {
        "rounds": number - 1,
        **rows,
        "prefill_ratio": _ratios(theirs.prefill_ms[1:], ours.prefill_ms[1:]),
        "decode_ratio": _ratios(theirs.decode_ms[1:], ours.decode_ms[1:]),
    }


def prompt(package: Path) -> list[int]:
    """The same ids for all: the tokenizer is the model's own."""
    tokenizer = Tokenizer.from_file(package / manifests.load(package).tokenizer)
    return tokenizer.encode(machine.own_code())[:PROMPT_TOKENS]


def _ratios(theirs: list[float], ours: list[float]) -> dict[str, float]:
    """Theirs to ours: of the best rounds, and the median of neighbouring rounds."""
    neighbours = [t / o for t, o in zip(theirs, ours, strict=True)]
    return {
        "best": round(min(theirs) / min(ours), 2),
        "median": round(float(np.median(neighbours)), 2),
    }


def _both(ms: list[float], unit: Callable[[float], float]) -> dict[str, float]:
    return {"best": round(unit(min(ms)), 1), "median": round(unit(float(np.median(ms))), 1)}


def _pairs(texts: list[str]) -> dict[str, Path]:
    return {bits: Path(path) for bits, _, path in (text.partition("=") for text in texts)}


if __name__ == "__main__":
    main()
