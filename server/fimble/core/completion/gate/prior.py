"""How likely a suggestion is right, for all users. Written by benchmarks/quality/gate_fit.py."""

from __future__ import annotations

import math

BASE = 1.0
WEIGHTS = (-1.8, 0.0, 0.0, 0.0, 0.0)
"""Of `features.NAMES`."""
BARS = {"eager": 0.1, "balanced": 0.2, "quiet": 0.5}


def chance(features: tuple[float, ...]) -> float:
    """0 to 1."""
    logit = BASE + sum(map(float.__mul__, WEIGHTS, features))
    return 1 / (1 + math.exp(-logit))
