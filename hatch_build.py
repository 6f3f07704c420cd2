"""Builds the native library of `server/fimble/engine/kernels`, for every system it is made for.

Zig's C compiler comes from the package index and builds for all of them on any of them, so one
wheel holds them all and nobody who installs Fimble needs a compiler.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNELS = Path(__file__).parent / "server" / "fimble" / "engine" / "kernels"
TARGETS = {
    "x86_64-linux.so": ("x86_64-linux-gnu.2.17", "-fPIC"),
    "x86_64-darwin.dylib": ("x86_64-macos.12.0", "-fPIC"),
    "x86_64-win32.dll": (
        "x86_64-windows-gnu",
        "-ffreestanding",
        "-fbuiltin",
        "-nostdlib",
        "-lkernel32",
    ),
}
FLAGS = ("-O3", "-fno-math-errno", "-std=c11", "-shared", "-fvisibility=hidden", "-s")
WARNINGS = ("-Wall", "-Wextra", "-Werror")


class KernelBuild(BuildHookInterface):
    """Called by hatchling for wheels, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing or older than its sources."""
        del version
        if importlib.util.find_spec("ziglang") is None:
            self.app.display_warning(
                "Fimble is built without its own kernels: there is no ziglang here."
            )
            return
        sources = sorted(KERNELS.glob("*.c"))
        newest = max(
            path.stat().st_mtime for path in (*sources, *KERNELS.glob("*.h"), Path(__file__))
        )
        stale = [name for name in TARGETS if not _is_newer(KERNELS / name, newest)]
        if stale:
            with tempfile.TemporaryDirectory() as scratch:
                for name in stale:
                    _compile(name, sources, Path(scratch))
        build_data["artifacts"] += [f"/server/fimble/engine/kernels/{name}" for name in TARGETS]


def _is_newer(path: Path, time: float) -> bool:
    return path.is_file() and path.stat().st_mtime > time


def _compile(name: str, sources: list[Path], scratch: Path) -> None:
    caches = {"ZIG_GLOBAL_CACHE_DIR": str(scratch), "ZIG_LOCAL_CACHE_DIR": str(scratch)}
    command = [sys.executable, "-P", "-m", "ziglang", "cc", "-target", *TARGETS[name]]
    built = scratch / name
    subprocess.run(
        [*command, *FLAGS, *WARNINGS, "-o", built, *sources],
        check=True,
        env={**os.environ, **caches},
    )
    part = KERNELS / f"{name}.part{os.getpid()}"
    part.write_bytes(built.read_bytes())
    part.chmod(0o755)
    part.replace(KERNELS / name)  # whoever has the old one loaded keeps it
