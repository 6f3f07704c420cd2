"""How often a pass of several tokens chooses otherwise than passes of one, and what could be done.

    python benchmarks/engine/ties.py

Text of this project is read twice behind the same beginning: one token at a time, and as drafts
are verified. Where the best two logits of a verified position are close, it is also decided by a
pass of one token over the keys and values that the longer passes have left.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.engine import manifest as manifests
from fimble.engine.model import Logits
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer

BEHIND, TOKENS, VERIFIED = 128, 300, 6
CLOSE = 0.6
"""Between the best two logits: larger than nearly all differences between the passes."""


@dataclass(frozen=True)
class Position:
    """What passes of one, of several, and of one behind several say after a token.

    Attributes:
        gap: Between the plain loop's best two logits.
        change: Of that gap in a longer pass.
        chosen: The best id: plain, verified; and decided apart, where the best two are close.
    """

    gap: float
    change: float
    chosen: tuple[int, int, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--threads", type=int, default=machine.cores())
    parser.add_argument("--texts", type=int, default=12)
    args = parser.parse_args()
    folder = args.package or machine.default_package()
    manifest = manifests.load(folder)
    tokenizer = Tokenizer.from_file(folder / manifest.tokenizer)
    model = OrtModel(folder, manifest, threads=args.threads, capacity=512, slots=2)
    code = tokenizer.encode(machine.own_code(10**6))
    size = BEHIND + TOKENS
    starts = np.linspace(0, len(code) - size, args.texts).astype(int)
    found = [p for start in starts for p in positions(model, code[start : start + size])]
    machine.write("ties", figures(found))


def positions(model: OrtModel, ids: list[int]) -> Iterator[Position]:
    """Reads a text both ways, each in a slot of its own."""
    for slot in (0, 1):
        model.forward(ids[:BEHIND], slot=slot, past=0, want=0)
    text = ids[BEHIND:]
    plain = [_one(model, 0, BEHIND + at, token) for at, token in enumerate(text)]
    verified: list[Logits] = []
    for at in range(0, len(text), VERIFIED):
        some = text[at : at + VERIFIED]
        verified += list(model.forward(some, slot=1, past=BEHIND + at, want=len(some)))
    for at, (one, several) in enumerate(zip(plain, verified, strict=True)):
        apart = several
        if _gap(several, _best(several)) < CLOSE:
            apart = _decided(model, BEHIND + at, text[at])
        best = _best(one)
        change = abs(_gap(one, best) - _gap(several, best))
        chosen = (int(one.argmax()), int(several.argmax()), int(apart.argmax()))
        yield Position(_gap(one, best), change, chosen)


def _one(model: OrtModel, slot: int, past: int, token: int) -> Logits:
    return model.forward([token], slot=slot, past=past, want=1)[0]


def _decided(model: OrtModel, past: int, token: int) -> Logits:
    """A pass of one token in the second slot, which stays as it is."""
    buffers = model._caches[1].buffers
    kept = [buffer[:, :, past].copy() for buffer in buffers]
    logits = _one(model, 1, past, token)
    for buffer, was in zip(buffers, kept, strict=True):
        buffer[:, :, past] = was
    return logits


def _best(logits: Logits) -> tuple[int, int]:
    two = np.argpartition(logits, -2)[-2:].tolist()
    second, first = sorted(two, key=logits.__getitem__)
    return first, second


def _gap(logits: Logits, pair: tuple[int, int]) -> float:
    return float(logits[pair[0]] - logits[pair[1]])


def figures(found: list[Position]) -> dict[str, Any]:
    """Counts, and quantiles of how far passes differ."""
    changes = np.quantile([p.change for p in found], (0.5, 0.9, 1.0))
    differ = [p for p in found if p.chosen[1] != p.chosen[0]]
    return {
        "positions": len(found),
        "change_of_gap": dict(zip(("p50", "p90", "max"), changes.round(3).tolist(), strict=True)),
        "chosen_otherwise": len(differ),
        "largest_gap_of_these": round(max((p.gap for p in differ), default=0.0), 2),
        "decided_apart": {
            "chosen_otherwise": sum(p.chosen[2] != p.chosen[0] for p in found),
            "put_right": sum(p.chosen[2] == p.chosen[0] for p in differ),
            "put_wrong": sum(p.chosen[2] != p.chosen[0] == p.chosen[1] for p in found),
        },
    }


if __name__ == "__main__":
    main()
