"""The report's picture: what takes the space, and what each scheme costs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fimble.errors import RuntimeMissingError

_COLOURS = ("#0a6e5c", "#5aa897", "#b8d8cf", "#d9b56a", "#c9c9c9", "#8a8a8a", "#4a4a4a")


def draw(facts: Mapping[str, Any], path: Path) -> None:
    """Writes an SVG; the same bytes for the same figures.

    Raises:
        RuntimeMissingError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise RuntimeMissingError(
            "The report's picture needs matplotlib.", 'Install it: pip install "fimble[report]".'
        ) from error
    mpl.rcParams.update({"svg.hashsalt": "fimble", "font.size": 9, "svg.fonttype": "none"})
    schemes = facts.get("schemes")
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.subplots(1, 2 if schemes else 1, squeeze=False)[0]
    _sizes(axes[0], facts["size"])
    if schemes:
        _schemes(axes[1], schemes)
    figure.savefig(path, format="svg", metadata={"Date": None})


def _sizes(axes: Any, size: Mapping[str, int]) -> None:
    """One bar per part."""
    parts = list(size)
    axes.barh(parts, [size[part] / 1e6 for part in parts], color=_COLOURS[0])
    axes.invert_yaxis()
    axes.set_xlabel("MB")
    axes.spines[["top", "right"]].set_visible(False)


def _schemes(axes: Any, rows: Any) -> None:
    """Exact match over size; one dot per package."""
    for row in rows:
        axes.plot(row["MB"], row["exact_match"], "o", color=_COLOURS[0])
        label = f"{row['package']}, {row['decode_ms']:.0f} ms/token"
        axes.annotate(
            label, (row["MB"], row["exact_match"]), xytext=(5, 4), textcoords="offset points"
        )
    axes.set_xscale("log")
    axes.set_xlabel("package, MB")
    axes.set_ylabel("exact match, %")
    axes.margins(x=0.35, y=0.25)
    axes.spines[["top", "right"]].set_visible(False)
