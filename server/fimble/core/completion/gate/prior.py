"""How likely a suggestion is right, for all users. Written by benchmarks/quality/gate_fit.py."""

from __future__ import annotations

import math

BASE = 2.736
WEIGHTS = (-3.112, 1.034)
"""Of `features.NAMES`."""
BARS = {"eager": 0.04, "balanced": 0.17, "quiet": 0.46}


def chance(features: tuple[float, ...]) -> float:
    """0 to 1."""
    logit = BASE + sum(map(float.__mul__, WEIGHTS, features))
    return 1 / (1 + math.exp(-logit))
