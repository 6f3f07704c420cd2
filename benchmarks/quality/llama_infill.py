"""llama.cpp's infill on a task file, with the model's own prefix-first template.

    python benchmarks/quality/llama_infill.py TASKS.jsonl --model MODEL.gguf --out PRED.jsonl

Needs `llama-cpp-python`. Same rows, same text around the cursor, same single-line stop as
`fimble eval completion`; no healing, no next-line rule, no filters, as llama.cpp has none. What the
output file already holds is not run again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fimble.cli import evaluate
from fimble.core.completion import budget, stop
from llama_cpp import Llama


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit-per-lang", type=int)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    llama = Llama(str(args.model), n_ctx=4096, n_threads=args.threads, verbose=False)
    rule = stop.single_line()
    done = {row["id"] for row in evaluate.read(args.out)} if args.out.exists() else set()
    with args.out.open("a", encoding="utf-8") as out:
        for task in (task for task in evaluate.chosen(args) if task["id"] not in done):
            prefix, suffix = budget.cut(*evaluate.around(task), 1024, 0.25)
            text = infill(llama, prefix, suffix)
            out.write(json.dumps({"id": task["id"], "text": text[: rule(text)]}) + "\n")
            out.flush()


def infill(llama: Llama, prefix: str, suffix: str) -> str:
    """Greedy, at most 64 tokens; user text is encoded without special tokens."""

    def special(token: str) -> list[int]:
        return llama.tokenize(token.encode(), add_bos=False, special=True)

    def plain(text: str) -> list[int]:
        return llama.tokenize(text.encode(), add_bos=False, special=False)

    ids = [*special("<|fim_prefix|>"), *plain(prefix), *special("<|fim_suffix|>")]
    ids += [*plain(suffix), *special("<|fim_middle|>")]
    answer = llama.create_completion(ids, max_tokens=64, temperature=0.0)
    return str(answer["choices"][0]["text"])


if __name__ == "__main__":
    main()
