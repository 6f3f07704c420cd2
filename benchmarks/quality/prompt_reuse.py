"""What a keystroke costs under each prompt order: tokens that are not in the KV cache yet.

    python benchmarks/quality/prompt_reuse.py TRACE.jsonl ... --model FOLDER [--requests N]

Replays typing (the traces that `replay.py` reads) without running the model: after
every edit the prompt is made as the server makes it, and compared with the one before. What
follows the common prefix has to be prefilled. Generated tokens are not counted.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from fimble.core.completion import budget, healing
from fimble.core.text import prompt
from fimble.engine import manifest as manifests
from fimble.engine.kv_cache import common_prefix
from fimble.engine.manifest import Fim
from fimble.engine.tokenizer import Tokenizer

ORDERS: dict[str, dict[str, object]] = {
    "suffix_first": {"order": "suffix_first"},
    "split, near_lines 1": {"order": "split", "near_lines": 1},
    "split, near_lines 4": {"order": "split", "near_lines": 4},
    "split, near_lines 8": {"order": "split", "near_lines": 8},
    "split, near_lines 20": {"order": "split", "near_lines": 20},
    "prefix_first": {"order": "prefix_first"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=400)
    args = parser.parse_args()
    manifest = manifests.load(args.model)
    tokenizer = Tokenizer.from_file(args.model / manifest.tokenizer)
    cursors = [
        (prefix, suffix, str(path) + doc)
        for path in args.traces
        for prefix, suffix, doc in list(typed(path))[: args.requests]
    ]
    print(f"{len(cursors)} requests\n")
    print("| order | prefill tokens, mean | median | p95 | at most 8 tokens % |")
    print("|---|---|---|---|---|")
    for name, changes in ORDERS.items():
        fim = dataclasses.replace(manifest.fim, **changes)  # type: ignore[arg-type]
        costs = list(prefills(cursors, fim, tokenizer))
        few = 100 * sum(cost <= 8 for cost in costs) / len(costs)
        p95 = statistics.quantiles(costs, n=20)[-1]
        print(
            f"| {name} | {statistics.mean(costs):.0f} | {statistics.median(costs):.0f} "
            f"| {p95:.0f} | {few:.0f} |"
        )


def prefills(cursors: list[tuple[str, str, str]], fim: Fim, tokenizer: Tokenizer) -> Iterator[int]:
    """Tokens to prefill, request by request."""
    known: dict[str, list[int]] = {}
    for prefix, suffix, doc in cursors:
        before, after = budget.cut(
            healing.split(prefix).head, suffix, fim.context_tokens, fim.suffix_share
        )
        ids = [
            token
            for segment in prompt.fim_prompt(before, after, fim)
            for token in (
                [tokenizer.special(segment.text)]
                if segment.kind == "special"
                else tokenizer.encode(segment.text)
            )
        ]
        yield max(1, len(ids) - common_prefix(known.get(doc, []), ids))
        known[doc] = ids


def typed(path: Path) -> Iterator[tuple[str, str, str]]:
    """The text before and after the cursor, after every edit that types something."""
    texts: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        row = json.loads(line)
        if "set" in row:
            texts[row["doc"]] = row["set"]
        for start, end, new in row.get("edits", ()):
            units = texts.get(row["doc"], "").encode("utf-16-le", "surrogatepass")
            before = units[: 2 * start].decode("utf-16-le", "replace") + new
            after = units[2 * end :].decode("utf-16-le", "replace")
            texts[row["doc"]] = before + after
            if new:
                yield before, after, str(row["doc"])


if __name__ == "__main__":
    main()
