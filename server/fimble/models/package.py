"""Is a folder a whole model package?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from fimble.engine import manifest as manifests
from fimble.engine.manifest import Manifest
from fimble.errors import ModelCorruptError

_HINT = "Install the model again with `fimble model install --force`."


def looks_like_package(folder: Path) -> bool:
    """Whether `folder` claims to be a package."""
    return (folder / manifests.FILE_NAME).is_file()


def read(folder: Path) -> Manifest:
    """The manifest of a package whose files are all there; their bytes are not read.

    Raises:
        ManifestError: The manifest is missing, broken or of a newer format.
        ModelCorruptError: A file is missing.
    """
    manifest = manifests.load(folder)
    for name in _names(manifest):
        if not (folder / name).is_file():
            raise ModelCorruptError(f"The model package {folder} lacks {name}.", _HINT)
    return manifest


def check(folder: Path) -> Manifest:
    """Like `read`, and every file has the SHA-256 that the manifest states.

    Raises:
        ManifestError: As in `read`.
        ModelCorruptError: As in `read`, or a file has other bytes.
    """
    manifest = read(folder)
    for name, expected in manifest.files.items():
        if sha256_of(folder / name) != expected:
            raise ModelCorruptError(f"{folder / name} does not match its checksum.", _HINT)
    return manifest


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size(folder: Path) -> int:
    """Bytes on disk of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _names(manifest: Manifest) -> tuple[str, ...]:
    """The files a package must have: those it lists and those the engine opens by name.

    Raises:
        ModelCorruptError: The manifest lists a file outside its folder.
    """
    names = (*manifest.files, manifest.graph.file, manifest.tokenizer)
    for name in names:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ModelCorruptError(f"The manifest of {manifest.name} lists {name!r}.", _HINT)
    return names
