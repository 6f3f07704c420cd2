"""Which packages have been read whole and had the right bytes, so that this is done once.

A record names every file of a package with its size, times, inode and the checksum it had. While
these are the same, nobody has written to the file, and it is not read again: a start costs a few
calls of `stat`. A file that was changed, replaced or touched is read, and refused if its bytes are
not those of the manifest. Where the record cannot be written, the package is read at every load: a
model that nobody vouches for is not used, be it a second slower.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fimble.engine import package_files
from fimble.engine.manifest import Manifest
from fimble.errors import StorageError
from fimble.models import package
from fimble.models.cache import Cache

_LONGEST = 1 << 20


@dataclass(frozen=True)
class _State:
    """A file as `stat` sees it, and the SHA-256 that its bytes had. Times in nanoseconds."""

    size: int
    written_ns: int
    changed_ns: int
    device: int
    inode: int
    sha256: str


def require(cache: Cache, folder: Path) -> None:
    """Reads the package in `folder` if it has changed since it was last read whole.

    Raises:
        ModelError: As for `package.check`.
    """
    states = _states(folder, package.read(folder))
    if states is not None and states == _recorded(cache, folder):
        return
    manifest = package.check(folder)
    if states is not None and states == _states(folder, manifest):  # else: written meanwhile
        _record(cache, folder, states)


def remember(cache: Cache, folder: Path) -> None:
    """Records a package that has just been read whole.

    Raises:
        ModelError: As for `package.read`.
    """
    if (states := _states(folder, package.read(folder))) is not None:
        _record(cache, folder, states)


def forget(cache: Cache, folder: Path) -> None:
    """Deletes the record of a package, if there is one and it can be deleted."""
    with contextlib.suppress(OSError):
        _place(cache, folder).unlink(missing_ok=True)


def _states(folder: Path, manifest: Manifest) -> dict[str, _State] | None:
    """All files of the manifest; None if one cannot be looked at."""
    found = {}
    for name, sha256 in manifest.files.items():
        try:
            seen = (folder / name).stat()
        except OSError:
            return None
        times = (seen.st_mtime_ns, seen.st_ctime_ns)
        found[name] = _State(seen.st_size, *times, seen.st_dev, seen.st_ino, sha256)
    return found


def _place(cache: Cache, folder: Path) -> Path:
    path = os.path.realpath(folder).encode("utf-8", "surrogateescape")
    return cache.root / "verified" / f"{hashlib.sha256(path).hexdigest()[:32]}.json"


def _recorded(cache: Cache, folder: Path) -> dict[str, _State] | None:
    """The record of a package; None if there is none, or it is damaged."""
    place = _place(cache, folder)
    try:
        data = package_files.read(place.parent, place.name, _LONGEST)
        return msgspec.json.decode(data, type=dict[str, _State])
    except (OSError, ValueError, RecursionError):
        return None


def _record(cache: Cache, folder: Path, states: dict[str, _State]) -> None:
    """Writes the record aside and renames it into place; without one the next load reads again."""
    place = _place(cache, folder)
    with contextlib.suppress(OSError, StorageError):
        handle, aside = tempfile.mkstemp(dir=cache.made("verified"))
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(states))
        os.replace(aside, place)  # noqa: PTH105
