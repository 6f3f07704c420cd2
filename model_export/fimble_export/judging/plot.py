"""The report's picture: what takes the space, and what each scheme costs."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fimble.errors import RuntimeMissingError
from fimble.models import cache

_COLOUR = "#0a6e5c"


def draw(facts: Mapping[str, Any], path: Path) -> None:
    """Writes an SVG; the same bytes for the same figures.

    Raises:
        RuntimeMissingError: matplotlib is not installed.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(cache.default_root() / "matplotlib"))
    try:  # elsewhere: matplotlib obeys a `matplotlibrc` of the current folder, whoever put it there
        with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
            import matplotlib as mpl
            from matplotlib.figure import Figure
    except ImportError as error:
        raise RuntimeMissingError(
            "The report's picture needs matplotlib.", 'Install it: pip install "fimble[report]".'
        ) from error
    mpl.rcdefaults()
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
    axes.barh(parts, [size[part] / 1e6 for part in parts], color=_COLOUR)
    axes.invert_yaxis()
    axes.set_xlabel("MB")
    axes.spines[["top", "right"]].set_visible(False)


def _schemes(axes: Any, rows: Any) -> None:
    """Quality over size; one dot per package. Exact match if it was measured, else agreement."""
    matched = all("exact_match" in row for row in rows)
    for row in rows:
        place = (row["MB"], row["exact_match"] if matched else 100 * row["top1"])
        speed = f", {row['decode_ms']:.0f} ms/token" if "decode_ms" in row else ""
        axes.plot(*place, "o", color=_COLOUR)
        label = f"{row['package']}{speed}"
        axes.annotate(label, place, xytext=(5, 4), textcoords="offset points")
    axes.set_xlim(0, 1.3 * max(row["MB"] for row in rows))
    axes.margins(y=0.25)
    axes.set_xlabel("package, MB")
    axes.set_ylabel("exact match, %" if matched else "same first choice as fp32, %")
    axes.spines[["top", "right"]].set_visible(False)
