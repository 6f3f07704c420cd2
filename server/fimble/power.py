"""How much of the machine to use: its cores, and whether its battery is to be spared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import psutil

BatteryMode = Literal["auto", "save", "ignore"]
"""`auto` saves while the machine runs on its battery."""


def physical_cores() -> int:
    """Cores that compute: a second thread on a core slows matrix products down."""
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


def saves(
    mode: BatteryMode, sensor: Callable[[], Any] = getattr(psutil, "sensors_battery", lambda: None)
) -> bool:
    """Whether to leave out all work that nobody has asked for yet.

    Args:
        mode: What the user wants.
        sensor: `psutil.sensors_battery`, which some systems lack; None: no battery.
    """
    if mode != "auto":
        return mode == "save"
    battery = sensor()
    return battery is not None and battery.power_plugged is False
