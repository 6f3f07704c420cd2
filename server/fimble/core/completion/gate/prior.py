"""How likely a suggestion is right, for all users. Written by benchmarks/quality/gate_fit.py."""

from __future__ import annotations

import math

BASE = 2.820
WEIGHTS = (-3.169, 0.825)
"""Of `features.NAMES`."""
BARS = {"eager": 0.03, "balanced": 0.16, "quiet": 0.46}


def chance(features: tuple[float, ...]) -> float:
    """0 to 1."""
    logit = BASE + sum(map(float.__mul__, WEIGHTS, features))
    return 1 / (1 + math.exp(-logit))
