"""Reading what lies in a package's folder, which may come from anywhere.

A file counts if it is a regular one inside the folder, links followed: a device, a pipe or a link
that leads out of the folder is refused unread. Nothing is read without a limit.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.I)
"""Names of devices on Windows, in every folder and with every ending (Microsoft, "Naming Files,
Paths, and Namespaces")."""


def is_reserved(name: str) -> bool:
    """Whether a part of a file's name is that of a device on Windows."""
    return any(_RESERVED.fullmatch(part.rstrip(" .")) for part in Path(name).parts)


def inside(folder: Path, name: str) -> Path:
    """The regular file `name` of a folder, links followed.

    Raises:
        OSError: There is none; `FileNotFoundError` if there is nothing of that name.
        ValueError: It leads out of the folder, or is no regular file.
    """
    path = Path(os.path.realpath(folder / name, strict=True))  # `resolve` has its own for loops
    if not path.is_relative_to(os.path.realpath(folder, strict=True)):
        raise ValueError(f"{name} is a link that leads out of the package")
    if not path.is_file():
        raise ValueError(f"{name} is not a regular file")
    return path


def read(folder: Path, name: str, limit: int) -> bytes:
    """The bytes of a file of a folder.

    Raises:
        OSError: There is none, or it cannot be read.
        ValueError: See `inside`, or it has more than `limit` bytes.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(inside(folder, name), flags), "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(f"{name} is not a regular file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"{name} has more than {limit} bytes")
    return data
