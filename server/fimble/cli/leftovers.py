"""What ONNX Runtime's telemetry has left on this machine, before Fimble switched it off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_STORE = Path("Microsoft", "DeveloperTools", ".onnxruntime")


def telemetry_stores(environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Folders with the runtime's device id and the events that it has not sent yet.

    Args:
        environment: Variables that say where caches are.
        home: The user's folder.

    Returns:
        Those that exist: on Linux as seen with ONNX Runtime 1.32, on macOS and Windows where its
        maker's other tools keep their device id.
    """
    caches = [
        Path(environment.get("XDG_CACHE_HOME") or home / ".cache"),
        home / "Library" / "Application Support",
        Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local"),
    ]
    return tuple(folder / _STORE for folder in caches if (folder / _STORE).is_dir())


def here() -> tuple[Path, ...]:
    """Those of the user who runs this."""
    return telemetry_stores(os.environ, Path.home())
