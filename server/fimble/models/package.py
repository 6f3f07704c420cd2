"""Is a folder a whole model package?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from fimble.engine import manifest as manifests
from fimble.engine import package_files
from fimble.engine.manifest import Manifest
from fimble.errors import ModelCorruptError

_HINT = "Install the model again with `fimble model install --force`."


def looks_like_package(folder: Path) -> bool:
    """Whether `folder` claims to be a package."""
    return os.path.lexists(folder / manifests.FILE_NAME)


def read(folder: Path) -> Manifest:
    """The manifest of a package whose files are all there; their bytes are not read.

    Raises:
        ManifestError: The manifest is missing, broken or of a newer format.
        ModelCorruptError: A file is missing, or is none of the package's own.
    """
    manifest = manifests.load(folder)
    for name in manifest.files:
        try:
            package_files.inside(folder, name)
        except FileNotFoundError as error:
            raise ModelCorruptError(f"The model package {folder} lacks {name}.", _HINT) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ModelCorruptError(
                f"The model package {folder} cannot be used: {reason}.", _HINT
            ) from error
    return manifest


def check(folder: Path) -> Manifest:
    """Like `read`, and every file has the SHA-256 that the manifest states.

    Raises:
        ManifestError: As in `read`.
        ModelCorruptError: As in `read`, or a file has other bytes or cannot be read.
    """
    manifest = read(folder)
    for name, expected in manifest.files.items():
        try:
            actual = sha256_of(folder / name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ModelCorruptError(f"{folder / name} cannot be read: {reason}.", _HINT) from error
        if actual != expected:
            raise ModelCorruptError(f"{folder / name} does not match its checksum.", _HINT)
    return manifest


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size(folder: Path) -> int:
    """Bytes on disk of all regular files below `folder`; what cannot be looked at counts nothing.

    No recursion: the folder may be as deep as someone has made it.
    """
    total, waiting = 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
