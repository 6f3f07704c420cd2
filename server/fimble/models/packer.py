"""Runs `fimble.models.packing` in a process of its own, for models that there are templates of."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fimble import errors
from fimble.errors import ExportError, FimbleError, RuntimeMissingError
from fimble.models import child
from fimble.models.progress import Progress
from fimble.system import interpreter

Packer = Callable[[Path, Path, str, str, Progress], None]
"""Makes a package from a checkpoint: `(source, out_folder, name, template, progress)`; template ""
is any that fits."""


def require() -> None:
    """Checks that models can be packed here.

    Raises:
        RuntimeMissingError: ONNX Runtime is not installed, so which operators suit this machine
            cannot be known.
    """
    if importlib.util.find_spec("onnxruntime") is None:
        raise RuntimeMissingError(
            "Installing a model needs ONNX Runtime, which is not installed.",
            'Run `pip install "fimble[cpu]"` and repeat the command.',
        )


def run(source: Path, out: Path, name: str, template: str, progress: Progress) -> None:
    """Packs `source` (GGUF file or checkpoint folder) into the new folder `out`.

    It ends when this process does.

    Raises:
        FimbleError: It cannot be packed; see `packing.job.run`.
        ExportError: The process ended without saying why.
    """
    command = interpreter.command("-m", "fimble.models.packing")
    arguments = [str(source), str(out), name, *([template] if template else [])]
    with child.started([*command, *arguments], output=subprocess.PIPE) as process:
        listener = _Listener(name, progress)
        try:
            for line in process.stdout or ():
                listener.hear(json.loads(line))
        finally:
            listener.close()
        status = process.wait()
    if status != 0:
        raise listener.failure or ExportError(
            f"Packing {name} failed (exit status {status}).", "Nothing was installed."
        )


class _Listener:
    """Understands what the process says, line by line."""

    def __init__(self, name: str, progress: Progress) -> None:
        self.failure: FimbleError | None = None
        self._name, self._progress = name, progress
        self._total = 0

    def hear(self, said: dict[str, Any]) -> None:
        """Passes on what was said."""
        if "error" in said:
            kind = getattr(errors, said["error"], ExportError)
            self.failure = kind(said["message"], said["hint"])
        elif "note" in said:
            self._progress.note(said["note"])
        else:
            if not self._total:
                self._total = said["total"]
                self._progress.start(f"Packing {self._name}", self._total)
            self._progress.at(said["done"])

    def close(self) -> None:
        """The process says no more."""
        if self._total:
            self._progress.finish()
