"""The pictures of docs/performance.md, from `benchmarks/results`.

python benchmarks/engine/plots.py
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from machine import RESULTS
from matplotlib.figure import Figure

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COLOUR, OTHERS = "#0a6e5c", "#b8c4c0"


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    mpl.rcParams.update({"svg.hashsalt": "fimble", "font.size": 9, "svg.fonttype": "none"})
    save("context", *context(_read("passes")))
    save("peers", *peers({bits: _read(f"peers-{bits}") for bits in (8, 4)}))


def context(figures: dict[str, Any]) -> list[tuple[str, str, list[tuple[float, float]]]]:
    """Prefill and decode over the context's length."""
    rows = figures["by_context"]
    prefill = [(row["tokens"], 64_000 / row["prefill_64_ms"]["median"]) for row in rows]
    decode = [(row["tokens"], 1000 / row["decode_ms"]["median"]) for row in rows]
    return [
        ("context, tokens", "prefill, tokens/s", prefill),
        ("context, tokens", "decode, tokens/s", decode),
    ]


def peers(runs: dict[int, dict[str, Any]]) -> list[tuple[str, str, list[tuple[str, float]]]]:
    """Prefill and decode of every peer, medians."""
    rows = [
        (f"{name.split(':')[-1]}, {bits} bits", row)
        for bits, figures in runs.items()
        for name, row in figures.items()
        if isinstance(row, dict) and "prefill_tokens_s" in row and ":" not in name
    ]
    return [
        ("prefill, tokens/s", "", [(n, row["prefill_tokens_s"]["median"]) for n, row in rows]),
        ("decode, tokens/s", "", [(n, 1000 / row["decode_ms"]["median"]) for n, row in rows]),
    ]


def save(name: str, *panels: tuple[str, str, list[tuple[Any, float]]]) -> None:
    """An SVG with a panel beside the other; the same bytes for the same figures."""
    figure = Figure(figsize=(8, 3), layout="constrained")
    for axes, (below, beside, points) in zip(figure.subplots(1, 2), panels, strict=True):
        keys, values = zip(*points, strict=True)
        if isinstance(keys[0], str):
            colours = [COLOUR if key.startswith("fimble") else OTHERS for key in keys]
            axes.barh(keys, values, color=colours)
            axes.invert_yaxis()
        else:
            axes.plot(keys, values, "o-", color=COLOUR)
            axes.set_ylim(0, 1.1 * max(values))
            axes.set_ylabel(beside)
        axes.set_xlabel(below)
        axes.spines[["top", "right"]].set_visible(False)
    PICTURES.mkdir(exist_ok=True)
    figure.savefig(PICTURES / f"{name}.svg", format="svg", metadata={"Date": None})


def _read(name: str) -> dict[str, Any]:
    result = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    figures: dict[str, Any] = result[name]
    return figures


if __name__ == "__main__":
    main()
