"""Where a document stands on this machine."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit


def local_path(uri: str) -> Path | None:
    """The file of a `file:` URI, None for any other."""
    path = path_in(uri, windows=sys.platform == "win32")
    return Path(path) if path is not None else None


def path_in(uri: str, *, windows: bool) -> PurePath | None:
    """The path that a `file:` URI means, None for any other, and where no file can have it.

    Args:
        uri: As a client escapes it; `file:///c%3A/proj` is VS Code's.
        windows: Whether drives and hosts are meant by it.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme != "file" or not path or "\0" in path:
        return None
    if not windows:
        return PurePosixPath(path)
    if parts.netloc and parts.netloc != "localhost":
        return PureWindowsPath(f"//{parts.netloc}{path}")
    return PureWindowsPath(path[1:] if re.match(r"/[A-Za-z]:", path) else path)


def folder_of(uri: str) -> Path:
    """The folder that a tool should run in: the nearest one that exists above the document."""
    path = local_path(uri)
    parents = path.parents if path else ()
    return next((p for p in parents if p.is_dir()), Path(tempfile.gettempdir()))


def project(folder: Path | None) -> Iterator[Path]:
    """The folder and those above it, up to the one that holds the repository."""
    for above in (folder, *folder.parents) if folder else ():
        yield above
        if (above / ".git").exists():
            return


def program_in(folder: str, name: str) -> Path | None:
    """A program of that name in that folder; `which` on Windows tries the current one first."""
    found = shutil.which(name, path=folder)
    return Path(found) if found and Path(found).parent == Path(folder) else None


def path_outside(root: Path | None) -> list[str]:
    """The folders of the PATH, without those in `root` and those of the current folder."""
    return [
        folder
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if Path(folder).is_absolute() and not (root and Path(folder).is_relative_to(root))
    ]
