"""Reading a file that a stranger may have made: a pipe, a device, a link, one without an end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_regular(path: Path, most: int) -> bytes:
    """The whole content of a regular file.

    It is looked at before it is opened, for opening a device may do something, and after it, for
    it may have been exchanged. What stands behind a link is not read.

    Args:
        path: The file.
        most: The largest size in bytes.

    Raises:
        OSError: There is none; it is no regular file, or too large; it cannot be read.
        ValueError: No file can have that name.
    """
    _check(os.lstat(path), path, most)
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        _check(os.fstat(descriptor), path, most)
        pieces, size = [], 0
        while piece := file.read(most + 1 - size):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise OSError(errno.EFBIG, "larger than it said", str(path))
    return b"".join(pieces)


def text_of(path: Path, most: int) -> str | None:
    """The text of a file that `read_regular` reads, None for any other."""
    try:
        return read_regular(path, most).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _check(status: os.stat_result, path: Path, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "no regular file", str(path))
    if status.st_size > most:
        raise OSError(errno.EFBIG, f"larger than {most} bytes", str(path))
