"""Runs `fimble.packing` in a process of its own, for models that there are templates of."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fimble import errors, interpreter
from fimble.errors import ExportError, FimbleError
from fimble.models import child
from fimble.models.progress import Progress

Packer = Callable[[Path, Path, str, str, Progress], None]
"""Makes a package from a checkpoint: `(source, out_folder, name, template, progress)`."""


def run(source: Path, out: Path, name: str, template: str, progress: Progress) -> None:
    """Packs `source` (GGUF file or checkpoint folder) into the new folder `out`.

    It ends when this process does.

    Raises:
        FimbleError: It cannot be packed; see `packing.job.run`.
        ExportError: The process ended without saying why.
    """
    command = interpreter.command("-m", "fimble.packing")
    arguments = [str(source), str(out), name, template]
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
