"""Our own operators for ONNX Runtime: a native library, built for x86-64 when Fimble is built.

The library picks the best instructions the processor has (AVX-512 VNNI, AVX-VNNI, AVX2); without
AVX2 it refuses. `matmul.c`, `attention.c` and `head.c` say what the operators do, ADR 7 why.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path

PANEL = 16
"""Positions of the KV cache that lie together."""

_SUFFIXES = {"linux": "so", "darwin": "dylib", "win32": "dll"}


def instructions() -> str:
    """What the library computes with on this processor; empty if it cannot, or there is none."""
    path = library()
    if path is None:
        return ""
    try:
        ask = ctypes.CDLL(str(path)).fimble_instructions
    except OSError:
        return ""
    ask.restype = ctypes.c_char_p
    return str(ask().decode())


def library() -> Path | None:
    """The library for this system, None where there is none."""
    if platform.machine().lower() not in ("x86_64", "amd64") or sys.platform not in _SUFFIXES:
        return None
    path = Path(__file__).with_name(f"x86_64-{sys.platform}.{_SUFFIXES[sys.platform]}")
    return path if path.is_file() else None
