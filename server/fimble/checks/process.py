"""Programs run as checkers: a time limit, no shell, a small environment."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "JAVA_HOME")


def run(
    command: Sequence[str],
    text: str,
    *,
    folder: Path,
    limit_s: float,
    expected: Sequence[int] = (0, 1),
    errors: bool = False,
) -> str | None:
    """What the program printed.

    Args:
        command: The program and its arguments.
        text: Goes to its standard input.
        folder: Where it runs.
        limit_s: After so many seconds it is stopped.
        expected: Exit statuses that mean it did its work.
        errors: Whether its findings are on standard error.

    Returns:
        None if it could not start, failed, or took too long.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            cwd=folder,
            timeout=limit_s,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.info("%s: %s", command[0], type(error).__name__)
        return None
    if done.returncode not in expected:
        _log.info("%s ended with status %s", command[0], done.returncode)
        return None
    return (done.stderr if errors else done.stdout).decode("utf-8", "replace")
