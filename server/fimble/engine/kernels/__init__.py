"""Our own operators for ONNX Runtime: a native library, built for x86-64 when Fimble is built.

The library picks the best instructions the processor has (AVX-512 VNNI, AVX-VNNI, AVX2); without
AVX2 it refuses. `matmul.c` says what the operator does, `docs/adr/` why it exists.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

PANEL = 16
"""Positions of the KV cache that lie together."""

_SUFFIXES = {"linux": "so", "darwin": "dylib", "win32": "dll"}


def library() -> Path | None:
    """The library for this system, None where there is none."""
    if platform.machine().lower() not in ("x86_64", "amd64") or sys.platform not in _SUFFIXES:
        return None
    path = Path(__file__).with_name(f"x86_64-{sys.platform}.{_SUFFIXES[sys.platform]}")
    return path if path.is_file() else None
