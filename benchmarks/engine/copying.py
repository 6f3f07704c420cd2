"""Edits that mostly copy: tokens/s with and without drafts, and whether the ids are the same.

Each edit shows the model a function of this project and begins the same function changed; the
model goes on to the end of the code, as in the server's assists. Only what it says counts, not
whether the edit is good.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.core.text import rewriting
from fimble.core.text.prompt import chat_prompt
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.answer import Answer

TOKENS = 300


@dataclass(frozen=True)
class Edit:
    """An edit of a function.

    Attributes:
        wish: What is asked for.
        shown: The function as the model is shown it.
        begun: How the answer begins, so that it is this edit whatever the model would do.
    """

    wish: str
    shown: Callable[[str], str]
    begun: Callable[[str], str]


def header(code: str) -> str:
    """A function's signature with its line break."""
    return code[: code.index(":\n") + 2]


EDITS = {
    "docstring": Edit(
        "Add a docstring to this function. Change nothing else.",
        shown=lambda code: code,
        begun=lambda code: header(code) + '    """',
    ),
    "rename": Edit(
        "Rename the first parameter to `item`. Change nothing else.",
        shown=lambda code: code,
        begun=lambda code: re.sub(r"\(\w+", "(item", header(code), count=1),
    ),
    "small fix": Edit(
        "Fix the error in this function. Change nothing else.",
        shown=lambda code: code.replace(":\n", "\n", 1),
        begun=header,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--functions", type=int, default=4)
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    manifest = manifests.load(folder)
    tokenizer = Tokenizer.from_file(folder / manifest.tokenizer)
    threads = machine.cores()
    model = OrtModel(folder, manifest, threads=threads, capacity=2048, slots=2)
    stops = frozenset(manifest.stop_ids)
    figures: dict[str, Any] = {}
    for name, edit in EDITS.items():
        rows = []
        for code in functions(args.functions):
            ids = encode(tokenizer, edit, code)
            rows.append(compare(model, ids, lambda: answer(tokenizer, stops)))
        figures[name] = {
            "speed_up": round(float(np.median([row["speed_up"] for row in rows])), 2),
            "speed_ups": [round(row["speed_up"], 2) for row in rows],
            "equal_ids": sum(row["equal"] for row in rows),
            "of": len(rows),
            "tokens": [row["tokens"] for row in rows],
        }
    machine.write("copying", figures)


def functions(count: int) -> list[str]:
    """Longer functions of this project with parameters, without their docstrings."""
    code = machine.own_code(10**7)
    found = re.findall(r"(?m)^def \w+\(\w.*\n(?:(?: .*)?\n)+", code)
    bare = [re.sub(r'(?s)\n    """.*?"""', "", text, count=1).rstrip() for text in found]
    whole = [text for text in bare if 500 < len(text) < 900]
    return whole[:: max(1, len(whole) // count)][:count]


def encode(tokenizer: Tokenizer, edit: Edit, code: str) -> list[int]:
    """A chat whose answer has begun."""
    user = f"{edit.wish}\n```python\n{edit.shown(code)}\n```"
    segments = chat_prompt([("user", user)], f"```python\n{edit.begun(code)}")
    return [
        i
        for s in segments
        for i in ([tokenizer.special(s.text)] if s.kind == "special" else tokenizer.encode(s.text))
    ]


def answer(tokenizer: Tokenizer, stops: frozenset[int]) -> Answer:
    """An answer that ends with the code, as the server's."""
    return Answer(tokenizer, stops, rewriting.fence_stop, TOKENS)


def compare(model: OrtModel, ids: list[int], begin: Callable[[], Answer]) -> dict[str, Any]:
    """The plain loop, then the drafting one; the prompt's prefill is not counted."""
    plain, plain_s = decode(model, ids, begin(), speculate=False)
    drafted, drafted_s = decode(model, ids, begin(), speculate=True)
    return {
        "speed_up": (len(drafted) / drafted_s) / (len(plain) / plain_s),
        "equal": plain == drafted,
        "tokens": len(plain),
    }


def decode(
    model: OrtModel, ids: list[int], answer: Answer, *, speculate: bool
) -> tuple[list[int], float]:
    """Ids behind the first one, and the seconds they took."""
    steps = Decoder(model).steps(ids, CancelToken(), speculate=speculate)
    answer.push(next(steps))
    tokens, started = [], time.perf_counter()
    for step in steps:
        tokens.append(step.token)
        if answer.push(step):
            break
    return tokens, time.perf_counter() - started


if __name__ == "__main__":
    main()
