"""How much of the machine to use: its cores, its battery, and memory that is not needed."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import psutil

_log = logging.getLogger(__name__)

_LEAST_MEMORY = 512 * 2**20

BatteryMode = Literal["auto", "save", "ignore"]
"""`auto` saves while the machine runs on its battery."""


def physical_cores() -> int:
    """Cores that compute: a second thread on a core slows matrix products down."""
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


def threads(asked: int | None) -> int:
    """How many threads compute: as asked, the physical cores by default, never more than exist.

    More would wait for each other: 999 threads on two cores take 30 times as long.
    """
    most = psutil.cpu_count() or 1
    if asked is None:
        return physical_cores()
    if asked > most:
        _log.warning("%d threads were asked for; this machine runs %d at a time", asked, most)
    return min(asked, most)


def saves(mode: BatteryMode, sensor: Callable[[], Any] | None = None) -> bool:
    """Whether to leave out all work that nobody has asked for yet.

    Args:
        mode: What the user wants.
        sensor: Instead of `psutil.sensors_battery`, which some systems lack.
    """
    if mode != "auto":
        return mode == "save"
    sensor = sensor or getattr(psutil, "sensors_battery", None)
    battery = sensor() if sensor else None
    return battery is not None and battery.power_plugged is False


def memory_is_short() -> bool:
    """Whether so little memory is left that the system begins to take it from other programs."""
    memory = psutil.virtual_memory()
    return bool(memory.available < min(_LEAST_MEMORY, memory.total // 20))


def return_memory() -> None:
    """Gives freed memory back to the system, where the C library has to be asked.

    glibc keeps all of it, half a gigabyte of a model, below one small block that is still in use.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return
    trim(ctypes.c_size_t(0))


@dataclass(frozen=True)
class Usage:
    """How much of the machine the server uses.

    Attributes:
        battery: When to leave out work that nobody has asked for.
        idle_s: Seconds without a request after which the model is unloaded, None keeps it.
        large_idle_s: The same for a larger model beside it, which loads in half a second.
    """

    battery: BatteryMode = "auto"
    idle_s: float | None = None
    large_idle_s: float = 120.0

    def spares_battery(self) -> bool:
        """Whether to leave it out now."""
        return saves(self.battery)
