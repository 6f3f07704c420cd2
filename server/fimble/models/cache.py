"""The folder that models live in, and the rules that keep it consistent.

::

    <cache>/sources/<sha256>.gguf       verified bytes, only ever renamed into place
    <cache>/sources/<sha256>.partial    what an interrupted download has so far
    <cache>/models/<name>/              whole packages, only ever renamed into place
    <cache>/staging/<name>@*/           work in progress; anything found here is rubbish
    <cache>/locks/<name>.lock           held while a model is installed or removed
    <cache>/verified/*.json             which packages had the right bytes when; see `verified`

All of it is made for the user alone.

Everything is on one file system, so a rename is atomic: a model is either absent or whole.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock
import platformdirs

from fimble.errors import StorageError
from fimble.models.progress import Progress
from fimble.system import private_files

ENVIRONMENT = "FIMBLE_CACHE"
LOCK_SECONDS = 3600.0
_MARGIN_BYTES = 64 * 1024 * 1024
_SPACE_HINT = f"Free some space, or set {ENVIRONMENT} to a folder on a larger disk."


def default_root() -> Path:
    """`$FIMBLE_CACHE` if set, else the user's cache folder of this system."""
    chosen = os.environ.get(ENVIRONMENT)
    if chosen:
        return Path(os.path.expanduser(chosen))  # noqa: PTH111 (of no user: it stays as it is)
    return Path(_system_folder())


def _system_folder() -> str:
    return platformdirs.user_cache_dir("fimble", appauthor=False)


@dataclass(frozen=True)
class Cache:
    """Paths below one root. Creating the object touches nothing on disk."""

    root: Path

    @property
    def models(self) -> Path:
        """Folder of the installed packages."""
        return self.root / "models"

    def model(self, name: str) -> Path:
        """Folder of the package called `name`."""
        return self.models / name

    def source(self, sha256: str) -> Path:
        """The verified checkpoint with this hash."""
        return self.root / "sources" / f"{sha256}.gguf"

    def partial(self, sha256: str) -> Path:
        """What has arrived so far of the checkpoint with this hash."""
        return self.root / "sources" / f"{sha256}.partial"

    @contextmanager
    def lock(self, name: str, progress: Progress, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Holds the model called `name` against other processes.

        Raises:
            StorageError: The cache cannot be written, or another process held the lock for
                `seconds`.
        """
        held = self._lock(name)
        with writing(self.root):
            try:
                held.acquire(timeout=0)
            except filelock.Timeout:
                progress.note(f"Another process is working on {name}; waiting for it.")
                _wait(held, name, seconds)
        try:
            yield
        finally:
            held.release()

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """An empty folder for work on `name`; gone with all that is left in it at the end.

        To be used under the lock: it first clears what interrupted runs have left, of this model
        and of others that no process works on.
        """
        base = self.made("staging")
        for left in base.iterdir():
            owner = left.name.rpartition("@")[0]
            if owner in ("", name) or self._is_free(owner):
                shutil.rmtree(left, ignore_errors=True)
        with writing(self.root):
            folder = Path(tempfile.mkdtemp(prefix=f"{name}@", dir=base))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def require_space(self, needed: int) -> None:
        """Checks that `needed` bytes (and a margin) are free.

        Raises:
            StorageError: They are not; nothing has been written.
        """
        with writing(self.root):
            self._make_root()
            free = shutil.disk_usage(self.root).free
        if free < needed + _MARGIN_BYTES:
            raise StorageError(
                f"{self.root} has {megabytes(free)} free, but "
                f"{megabytes(needed + _MARGIN_BYTES)} are needed.",
                _SPACE_HINT,
            )

    def made(self, folder: str) -> Path:
        """A folder below the root, made if it is missing, for the user alone.

        Raises:
            StorageError: It cannot be made.
        """
        path = self.root / folder
        with writing(self.root):
            self._make_root()
            private_files.make_folder(path)
        return path

    def _make_root(self) -> None:
        private_files.make_folder(self.root, chosen=str(self.root) != _system_folder())

    def _lock(self, name: str) -> filelock.BaseFileLock:
        return filelock.FileLock(self.made("locks") / f"{name}.lock", mode=0o600)

    def _is_free(self, name: str) -> bool:
        """Whether no process works on the model called `name`."""
        lock = self._lock(name)
        try:
            lock.acquire(timeout=0)
        except (filelock.Timeout, OSError):
            return False
        lock.release()
        return True


def _wait(held: filelock.BaseFileLock, name: str, seconds: float) -> None:
    try:
        held.acquire(timeout=seconds)
    except filelock.Timeout as error:
        raise StorageError(
            f"Another process has been working on {name} for too long.",
            "Wait for it or stop it, then run the command again.",
        ) from error


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turns the operating system's refusal to write below `root` into a sentence.

    Raises:
        StorageError: For any `OSError` of the block.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageError(f"The disk of {root} is full.", _SPACE_HINT) from error
        raise StorageError(
            f"The model cache {root} cannot be written: {error.strerror or error}.",
            f"Make it writable, or set {ENVIRONMENT} to another folder.",
        ) from error


def megabytes(count: int) -> str:
    """`count` bytes for people: `491 MB`, `1.12 GB`."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
