"""Edits that mostly copy: tokens/s with and without drafts, and whether the ids are the same.

Each edit shows the model a function of this project and the beginning of the same function
changed; the model goes on. Only what it says counts, not whether the edit is good.
"""

from __future__ import annotations

import argparse
import itertools
import re
import time
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.core.prompt import chat_prompt
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

TOKENS = 96
TASKS = {
    "docstring": "Add a docstring to this function. Change nothing else. Repeat the whole code.",
    "rename": "Rename the first parameter or variable to `item`. Repeat the whole code.",
    "small fix": "Fix the bug in this code, if there is one. Repeat the whole code.",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--functions", type=int, default=3)
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    manifest = manifests.load(folder)
    tokenizer = Tokenizer.from_file(folder / manifest.tokenizer)
    threads = machine.facts()["cores"]
    model = OrtModel(folder, manifest, threads=threads, capacity=2048, slots=2)
    stops = frozenset(manifest.stop_ids)
    figures: dict[str, Any] = {}
    for task, wish in TASKS.items():
        rows = []
        for code in functions(args.functions):
            ids = encode(tokenizer, wish, code)
            rows.append(compare(model, ids, stops))
        figures[task] = {
            "speed_up": round(float(np.median([row["speed_up"] for row in rows])), 2),
            "equal_ids": sum(row["equal"] for row in rows),
            "of": len(rows),
            "tokens": [row["tokens"] for row in rows],
        }
    machine.write("copying", figures)


def functions(count: int) -> list[str]:
    """Longer functions of this project without their docstrings."""
    code = machine.own_code(10**7)
    found = re.findall(r"(?m)^def .*\n(?:(?: .*)?\n)+", code)
    bare = [re.sub(r'(?s)\n    """.*?"""', "", text, count=1).rstrip() for text in found]
    return [text for text in bare if 500 < len(text) < 900][:: max(1, len(bare) // 40)][:count]


def encode(tokenizer: Tokenizer, wish: str, code: str) -> list[int]:
    """A chat whose answer begins with a code fence."""
    segments = chat_prompt([("user", f"{wish}\n```python\n{code}\n```")], "```python\n")
    return [
        i
        for s in segments
        for i in ([tokenizer.special(s.text)] if s.kind == "special" else tokenizer.encode(s.text))
    ]


def compare(model: OrtModel, ids: list[int], stops: frozenset[int]) -> dict[str, Any]:
    """The plain loop, then the drafting one; the prompt's prefill is not counted."""
    plain, plain_s = decode(model, ids, stops, speculate=False)
    drafted, drafted_s = decode(model, ids, stops, speculate=True)
    return {
        "speed_up": (len(drafted) / drafted_s) / (len(plain) / plain_s),
        "equal": plain == drafted,
        "tokens": len(plain),
    }


def decode(
    model: OrtModel, ids: list[int], stops: frozenset[int], *, speculate: bool
) -> tuple[list[int], float]:
    """Ids, and seconds after the first of them."""
    steps = Decoder(model).steps(ids, CancelToken(), speculate=speculate)
    first = next(steps).token
    started = time.perf_counter()
    rest = itertools.takewhile(lambda token: token not in stops, (s.token for s in steps))
    tokens = [first, *itertools.islice(rest, TOKENS)]
    return tokens, time.perf_counter() - started


if __name__ == "__main__":
    main()
