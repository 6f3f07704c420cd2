"""How many tokens a keystroke prefills: prompts and cache bookkeeping of a replay, no model.

    python benchmarks/engine/keystrokes.py TRACE.jsonl ...

A keystroke that extends the prefix counts as good if no more tokens are run than it typed, and
two: the last one is always run, and byte-pair encoding may join the new text with the old. Other
edits (deleting, editing elsewhere) are counted beside them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import machine
import numpy as np
import traces
from fimble.completion import pipeline
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.kv_cache import KVCache
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import ScriptedGenerator

ALLOWANCE = 2


class Recorder(ScriptedGenerator):
    """Keeps the prompt of the latest prefill."""

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        self.prefilled[:] = [request]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--package", type=Path)
    parser.add_argument("--first", type=int, default=2000, help="keystrokes of each trace")
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    figures = {path.stem: replay(folder, traces.read(path)[: args.first]) for path in args.traces}
    machine.write("keystrokes", figures)


def replay(folder: Path, strokes: list[traces.Keystroke]) -> dict[str, Any]:
    """The share of good keystrokes, and the tokens that they cost."""
    manifest = manifests.load(folder)
    tokenizer = Tokenizer.from_file(folder / manifest.tokenizer)
    recorder, cache, options = Recorder(lambda _: ""), KVCache(4), pipeline.Options()
    recorder.manifest = manifest
    good, costs, others = [], [], []
    for stroke in strokes:
        snapshot = Snapshot(f"file:///{stroke.doc}", stroke.doc, stroke.language, 1, stroke.text)
        context = CursorContext(snapshot, stroke.offset)
        pipeline.prefill(recorder, context, options, CancelToken())
        ids = [
            i
            for s in recorder.prefilled[0].prompt
            for i in (
                [tokenizer.special(s.text)] if s.kind == "special" else tokenizer.encode(s.text)
            )
        ]
        match = cache.match(ids, snapshot.uri)
        cache.trim(match.slot, match.length)
        cache.extend(match.slot, ids[match.length :])
        cost = len(ids) - match.length
        if stroke.typed is None:
            others.append(cost)
        else:
            costs.append(cost)
            good.append(cost <= len(tokenizer.encode(stroke.typed)) + ALLOWANCE)
    return {
        "keystrokes": len(strokes),
        "extending": len(good),
        "only_own_tokens": round(float(np.mean(good)), 3) if good else None,
        "tokens_p50": float(np.median(costs)) if costs else None,
        "tokens_p90": float(np.quantile(costs, 0.9)) if costs else None,
        "tokens_mean": round(float(np.mean(costs)), 1) if costs else None,
        "other_edits": len(others),
        "other_tokens_mean": round(float(np.mean(others)), 1) if others else None,
    }


if __name__ == "__main__":
    main()
