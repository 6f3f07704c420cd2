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
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.tokenizer import Tokenizer

PROMPT_TOKENS = 512
DECODE_TOKENS = 24


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
    parser.add_argument("--rounds", type=int, default=7)
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
            figures[f"{bits} bits"] = compare(children, prompt(ours[bits]), args.rounds)
    machine.write("peers", figures)


def compare(children: dict[str, Child], ids: list[int], rounds: int) -> dict[str, Any]:
    """Rounds in turn; the first one warms up and does not count."""
    for number in range(rounds + 1):
        for child in children.values():
            child.round([*ids[number:], *ids[:number]])
    rows = {
        name: {
            "prefill_tokens_s": round(1000 * PROMPT_TOKENS / _median(child.prefill_ms[1:])),
            "decode_ms": round(_median(child.decode_ms[1:]), 1),
        }
        for name, child in children.items()
    }
    ours, theirs = children["fimble"], children["llama.cpp"]
    for child in children.values():
        child.close()
    return {
        **rows,
        "prefill_ratio": _ratio(theirs.prefill_ms, ours.prefill_ms),
        "decode_ratio": _ratio(theirs.decode_ms, ours.decode_ms),
    }


def prompt(package: Path) -> list[int]:
    """The same ids for all: the tokenizer is the model's own."""
    tokenizer = Tokenizer.from_file(package / manifests.load(package).tokenizer)
    return tokenizer.encode(machine.own_code())[:PROMPT_TOKENS]


def _ratio(theirs: list[float], ours: list[float]) -> float:
    """Median of the ratios of neighbouring rounds."""
    return round(_median([t / o for t, o in zip(theirs[1:], ours[1:], strict=True)]), 2)


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _pairs(texts: list[str]) -> dict[str, Path]:
    return {bits: Path(path) for bits, _, path in (text.partition("=") for text in texts)}


if __name__ == "__main__":
    main()
