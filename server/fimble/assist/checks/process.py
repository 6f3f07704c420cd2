"""Programs run as checkers: limits, a way to stop them, no shell, a small environment."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import psutil

from fimble.assist.checks.base import NoAnswer
from fimble.errors import told

_log = logging.getLogger(__name__)
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "JAVA_HOME")
_OFFLINE = MappingProxyType(
    {
        "CARGO_NET_OFFLINE": "true",  # what a project names is checked with what is here,
        "GOPROXY": "off",  # and neither packages
        "GOTOOLCHAIN": "local",  # nor the compiler that a go.mod asks for are fetched
        "DO_NOT_TRACK": "1",
        "NO_UPDATE_NOTIFIER": "1",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",  # its wheel asks npm for newer versions
        "RUSTUP_AUTO_INSTALL": "0",
    }
)
_GLANCE_S = 0.1
"""So often a running program's limits, and whether it is still wanted, are looked at."""
_COMPLAINT = 1 << 16
_MEMORY = 4 << 30
"""Bytes that a program may take, unless it is told another limit: a project's configuration
may name a file without end."""


def never() -> bool:
    """Of a program that nobody stops."""
    return False


@dataclass(frozen=True)
class Printed:
    """What a program that did its work has left.

    Attributes:
        text: What it printed, where its findings are.
        status: Its exit status.
        complaint: What it said on standard error, in short.
    """

    text: str
    status: int
    complaint: str


def run(
    command: Sequence[str],
    text: str,
    *,
    folder: Path,
    limit_s: float,
    expected: Sequence[int] = (0, 1),
    errors: bool = False,
    stopped: Callable[[], bool] = never,
    memory_bytes: int | None = None,
) -> Printed | NoAnswer:
    """What the program printed.

    Args:
        command: The program and its arguments.
        text: Goes to its standard input.
        folder: Where it runs.
        limit_s: After so many seconds it is stopped.
        expected: Exit statuses that mean it did its work.
        errors: Whether its findings are on standard error.
        stopped: Whether nobody waits for it any more; then it is ended, with what it started.
        memory_bytes: With more it is stopped (None: 4 GiB), and on Linux more is refused to it.

    Returns:
        `NoAnswer` if it could not start, failed, took too long or too much, or was stopped.
    """
    with tempfile.TemporaryFile() as given:  # a pipe would have to be fed while it is watched
        given.write(text.encode("utf-8", "replace"))
        given.seek(0)
        try:
            process = _started(command, folder, given)
        except OSError as error:
            _log.info("%s: %s", command[0], type(error).__name__)
            return NoAnswer(f"it does not start: {error.strerror or error}")
        with process:
            _limit(process.pid, memory_bytes)
            try:
                printed = _printed(process, limit_s, memory_bytes or _MEMORY, stopped)
            finally:
                _end(process)
    if isinstance(printed, NoAnswer):
        _log.info("%s was stopped", command[0])
        return printed
    if process.returncode not in expected:
        _log.info("%s ended with status %s", command[0], process.returncode)
        return NoAnswer(_complaint(printed[1]) or f"it ended with status {process.returncode}")
    text = printed[errors].decode("utf-8", "replace")
    return Printed(text, process.returncode, _complaint(printed[1]))


def _complaint(errors: bytes) -> str:
    """The first cause that a program names, as ruff does, and the last line that it printed."""
    text = errors[-_COMPLAINT:].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Cause:")][:1]
    said = dict.fromkeys(line.removeprefix("Cause:").strip() for line in (*causes, *lines[-1:]))
    return "; ".join(map(told, said)).rstrip(".")


def _started(command: Sequence[str], folder: Path, given: IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts a program as the first of a group of processes."""
    return subprocess.Popen(
        command,
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={name: os.environ[name] for name in _KEPT if name in os.environ} | _OFFLINE,
        start_new_session=True,
    )


def _limit(pid: int, memory_bytes: int | None) -> None:
    if memory_bytes is not None and sys.platform == "linux":
        import resource

        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _printed(
    process: subprocess.Popen[bytes], limit_s: float, memory: int, stopped: Callable[[], bool]
) -> tuple[bytes, bytes] | NoAnswer:
    """Standard output and error; `NoAnswer` if it took too long or too much, or was stopped."""
    until = time.monotonic() + limit_s
    while not stopped():
        try:
            return process.communicate(timeout=min(_GLANCE_S, limit_s))
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                return NoAnswer(f"it took longer than {limit_s:.0f} seconds")
            if _resident(process.pid) > memory:
                return NoAnswer(f"it took more than {memory >> 20} MiB of memory")
    return NoAnswer()


def _resident(process_id: int) -> int:
    """Bytes of memory that a process takes now."""
    try:
        return int(psutil.Process(process_id).memory_info().rss)
    except psutil.Error:
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program that still runs, and the programs that it has started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
