"""Starts programs that end with this process; see `warden`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fimble.models import warden
from fimble.system import interpreter

_PATIENCE_S = 10.0


@contextmanager
def started(
    command: Sequence[str],
    *,
    output: int | IO[bytes],
    errors: int | IO[bytes] | None = None,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
    scratch: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A running program; it has ended, with what it started, when the block is left.

    Args:
        command: The program and its arguments.
        output: Where its standard output goes.
        errors: Where its standard error goes; None: to ours.
        folder: Where it runs; None: here.
        variables: Its environment; None: ours.
        scratch: Deleted if this process is killed meanwhile.
    """
    watch = interpreter.command("-I", "-S", str(Path(warden.__file__)))
    options = ["--scratch", str(scratch)] if scratch is not None else []
    process = subprocess.Popen(
        [*watch, *options, "--", *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=errors,
        cwd=folder,
        env=None if variables is None else dict(variables),
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
