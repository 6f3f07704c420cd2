"""What a package is made for, one target per file."""

from __future__ import annotations

from fimble_export.graph.targets import cpu, cuda
from fimble_export.graph.targets.base import Target

TARGETS: tuple[Target, ...] = (cpu.TARGET, cuda.TARGET)

NAMES = tuple(target.name for target in TARGETS)


def get(name: str) -> Target:
    """The target called `name`, one of `NAMES`."""
    return next(target for target in TARGETS if target.name == name)
