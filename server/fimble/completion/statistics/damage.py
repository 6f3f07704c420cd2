"""What is wrong with the statistics file: a sentence and the next step."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from fimble.errors import FimbleError, told

_ELSEWHERE = "set FIMBLE_DATA to another folder"
_LOCKED = (
    "is locked by another program",
    "Try again in a moment; close the program that has it open.",
)
_DAMAGED = ("is damaged", f"Delete it, or {_ELSEWHERE}.")
_FULL = ("cannot be written: the disk is full", f"Free some space, or {_ELSEWHERE}.")
_READ_ONLY = ("cannot be written", f"Make it and its folder writable, or {_ELSEWHERE}.")
_CLOSED = ("cannot be opened", f"Make it a file that you can read, or {_ELSEWHERE}.")
_FOREIGN = ("has other tables than those of Fimble", f"Move it away, or {_ELSEWHERE}.")


def explained(path: Path, error: Exception) -> FimbleError:
    """The error for the user.

    Args:
        path: The statistics file.
        error: `sqlite3.Error` or `OSError`.
    """
    what, remedy = _kind(error)
    return FimbleError(f"The statistics file {path} {what} ({told(error)}).", remedy)


def _kind(error: Exception) -> tuple[str, str]:
    if isinstance(error, OSError):
        return _FULL if error.errno == errno.ENOSPC else _READ_ONLY
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    match primary:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return _LOCKED
        case sqlite3.SQLITE_FULL:
            return _FULL
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _READ_ONLY
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return _CLOSED
        case sqlite3.SQLITE_ERROR:
            return _FOREIGN
        case _:
            return _DAMAGED
