"""Folders and files that only the user can read, whatever the umask says.

What Fimble makes is private from the first moment on; what an older one has made is made so when
it is next used, if it is ours. On Windows the user's own folders are private as they are, and
nothing is changed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

import platformdirs

ENVIRONMENT = "FIMBLE_DATA"
"""The environment variable that names another folder for what Fimble keeps."""
_FOLDER, _FILE = 0o700, 0o600
_OTHERS = 0o077


def data_folder() -> Path:
    """Where statistics and tokens lie: `$FIMBLE_DATA` if set, else in the user's data folder."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(os.path.expanduser(chosen) if chosen else _system_folder())  # noqa: PTH111 (no user: as it is)


def make_data_folder(folder: Path) -> None:
    """Makes the folder that statistics and the token lie in; ours is private.

    Raises:
        OSError: It cannot be made.
    """
    make_folder(folder, chosen=str(folder) != _system_folder())


def make_folder(folder: Path, *, chosen: bool = False) -> None:
    """Makes a folder, and those above it that are missing; a folder that is there becomes private.

    Args:
        folder: Where.
        chosen: The user has chosen this folder: if it is there, its permissions are theirs.

    Raises:
        OSError: It cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another process was quicker
            path.mkdir(mode=_FOLDER)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(folder))
    if folder in missing or not chosen:
        _close(folder, _FOLDER)


def make_file(path: Path) -> None:
    """Makes an empty file; one that is there becomes private.

    Raises:
        OSError: It cannot be made.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE))
    except FileExistsError:
        _close(path, _FILE)


def _close(path: Path, mode: int) -> None:
    """Takes the permissions of others away, if there are any and the file is ours."""
    if os.name == "nt":
        return
    now = path.stat()
    if now.st_uid == os.geteuid() and stat.S_IMODE(now.st_mode) & _OTHERS:
        path.chmod(stat.S_IMODE(now.st_mode) & mode)


def _system_folder() -> str:
    return platformdirs.user_data_dir("fimble", appauthor=False)
