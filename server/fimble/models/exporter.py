"""Runs the exporter, which lives in another package and in another process.

Fimble never imports it: it needs torch, and an editor's server must not.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from fimble.errors import ExportError, RuntimeMissingError
from fimble.models import child
from fimble.system import interpreter

Exporter = Callable[[Path, Path, str, str], None]
"""Makes a package from a checkpoint: `(source, out_folder, name, recipe)`; recipe "" is none."""

_STDERR = 2
_NEEDED = ("fimble_export", "torch", "onnx", "onnxscript", "onnxruntime", "gguf")


def missing() -> tuple[str, ...]:
    """What the exporter needs and this environment lacks, as import names."""
    return tuple(name for name in _NEEDED if importlib.util.find_spec(name) is None)


def require() -> None:
    """Checks that models can be exported here.

    Raises:
        RuntimeMissingError: Something it needs is not installed.
    """
    lacking = missing()
    if lacking:
        raise RuntimeMissingError(
            f"This model needs the exporter, which lacks {', '.join(lacking)}.",
            'Run `pip install "fimble[export]"` and repeat the command.',
        )


def run(source: Path, out: Path, name: str, recipe: str) -> None:
    """Exports `source` (GGUF file or checkpoint folder) into the folder `out`.

    What the exporter prints goes to stderr as it comes. It ends when this process does. To be
    called after `require`.

    Raises:
        ExportError: The exporter failed; it has said why.
    """
    command = [*interpreter.command("-m", "fimble_export", "export"), str(source)]
    command += ["--out", str(out), "--name", name]
    command += ["--recipe", recipe] if recipe else []
    with child.started(command, output=_STDERR) as process:
        status = process.wait()
    if status != 0:
        raise ExportError(
            f"The export of {name} failed (exit status {status}).",
            "The lines above say why; nothing was installed.",
        )
