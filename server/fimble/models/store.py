"""The models that are installed: find, list, remove. Reads need no lock and write nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from fimble.engine.manifest import Manifest
from fimble.errors import ModelError, ModelNotInstalledError, StorageError, UsageError
from fimble.models import catalogue, package, verified
from fimble.models.cache import ENVIRONMENT, Cache, default_root, writing
from fimble.models.catalogue import DEFAULT_MODEL, Entry
from fimble.models.progress import Progress, Silent

__all__ = ["DEFAULT_MODEL", "Installed", "Store"]


@dataclass(frozen=True)
class Installed:
    """A whole model package on disk.

    Attributes:
        name: What it is called in the store, or the folder as given.
        path: The package's folder.
        manifest: What the package says of itself.
    """

    name: str
    path: Path
    manifest: Manifest


class Store:
    """The packages below a cache root.

    Args:
        root: The cache; None: `$FIMBLE_CACHE`, else the user's cache folder.
        entries: The models known by name; None: the shipped catalogue.
    """

    def __init__(self, root: Path | None = None, entries: tuple[Entry, ...] | None = None) -> None:
        self.cache = Cache(root if root is not None else default_root())
        self.entries = catalogue.load() if entries is None else entries

    def find(self, name: str = DEFAULT_MODEL) -> Installed:
        """The package called `name`, or in the folder `name`.

        Raises:
            ModelNotInstalledError: Known, but not installed.
            UnknownModelError: Not known.
            ManifestError: Its manifest is broken or of a newer format.
            ModelCorruptError: A file of it is missing.
        """
        if _is_path(name):
            folder = Path(os.path.expanduser(name))  # noqa: PTH111 (of no user: it stays as it is)
            return Installed(name, folder, package.read(folder))
        if name in self._names():
            return self._installed(name)
        if any(entry.name == name for entry in self.entries):
            raise ModelNotInstalledError(
                f"The model {name} is not installed.", f"Run `fimble model install {name}`."
            )
        known = tuple(dict.fromkeys([*(entry.name for entry in self.entries), *self._names()]))
        raise catalogue.unknown(name, known)

    def ready(self, name: str = DEFAULT_MODEL) -> Installed:
        """Like `find`, for a package that is about to be loaded: its bytes are the right ones.

        They are read if a file has changed since they were; see `verified`.

        Raises:
            ModelError: As for `find`; `ModelCorruptError` if a file has other bytes.
        """
        found = self.find(name)
        verified.require(self.cache, found.path)
        return found

    def installed(self) -> tuple[Installed, ...]:
        """All packages that can be used, by name; broken ones are left out."""
        found: list[Installed] = []
        for name in self._names():
            try:
                found.append(self._installed(name))
            except ModelError:
                continue
        return tuple(found)

    def broken(self) -> tuple[tuple[str, ModelError], ...]:
        """Names of the packages that cannot be used, each with the reason."""
        found: list[tuple[str, ModelError]] = []
        for name in self._names():
            try:
                self._installed(name)
            except ModelError as error:
                found.append((name, error))
        return tuple(found)

    def remove(self, name: str, progress: Progress | None = None) -> int:
        """Removes the package called `name` and the checkpoint it was made from.

        Returns:
            The bytes that are free now.

        Raises:
            ModelNotInstalledError: Nothing of it is there.
            UnknownModelError: Not known.
            UsageError: `name` is a folder outside the store.
            StorageError: The cache cannot be written.
        """
        sources = self._sources(name)
        if name not in self._names() and not sources:
            self.find(name)
            raise UsageError(f"{name} is not in the store.", "Delete that folder yourself.")
        with self.cache.lock(name, progress or Silent()), self.cache.staging(name) as staging:
            folder = self.cache.model(name)
            freed = sum(path.stat().st_size for path in sources)
            with writing(self.cache.root):
                if folder.is_symlink():
                    folder.unlink()
                elif folder.is_dir():
                    freed += package.size(folder)
                    folder.rename(staging / "removed")
                    shutil.rmtree(staging / "removed")
                for path in sources:
                    path.unlink(missing_ok=True)
                verified.forget(self.cache, self.cache.model(name))
        return freed

    def _sources(self, name: str) -> tuple[Path, ...]:
        hashes = [entry.sha256 for entry in self.entries if entry.name == name]
        paths = [find(sha) for sha in hashes for find in (self.cache.source, self.cache.partial)]
        return tuple(path for path in paths if path.is_file())

    def _names(self) -> tuple[str, ...]:
        """Raises `StorageError` if the folder of models cannot be looked into."""
        try:
            with os.scandir(self.cache.models) as entries:
                return tuple(sorted(entry.name for entry in entries if entry.is_dir()))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StorageError(
                f"The models in {self.cache.models} cannot be listed: {error.strerror or error}.",
                f"Make it a folder that you can read, or set {ENVIRONMENT} to another one.",
            ) from error

    def _installed(self, name: str) -> Installed:
        folder = self.cache.model(name)
        return Installed(name, folder, package.read(folder))


def _is_path(name: str) -> bool:
    """A name with a separator, or a package in the working folder, is a path."""
    separators = {os.sep, os.altsep or os.sep, "/"}
    if any(separator in name for separator in separators) or name.startswith("~"):
        return True
    return name in {".", ".."} or package.looks_like_package(Path(name))
