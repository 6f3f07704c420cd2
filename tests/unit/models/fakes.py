"""Test doubles of the model store: a source with faults, a recorder, tiny packages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from fimble.engine import manifest as manifests
from fimble.engine.manifest import Manifest, Provenance, SourceFile
from fimble.errors import DownloadError, NoTemplateError
from fimble.generation.testing import manifest as scripted
from fimble.models.catalogue import Entry
from fimble.models.exporter import Exporter
from fimble.models.progress import Progress
from fimble.models.way import Way

CHECKPOINT = bytes(range(256)) * 40


def entry(name: str = "tiny", data: bytes = CHECKPOINT, recipe: str = "") -> Entry:
    return Entry(
        name=name,
        title="Tiny",
        about="For tests.",
        licence="Apache-2.0",
        file="tiny.gguf",
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        package_bytes=1000,
        recipe=recipe,
    )


@dataclass
class FakeSource:
    """Delivers `data` in chunks; each call stops with an error at the next of `break_at`."""

    data: bytes = CHECKPOINT
    break_at: list[int] = field(default_factory=list)
    label: str = "fake"
    asked_from: list[int] = field(default_factory=list)
    chunk: int = 1000

    def read(self, start: int, transit: Callable[[int], None]) -> Iterator[bytes]:
        self.asked_from.append(start)
        end = self.break_at.pop(0) if self.break_at else None
        stop = len(self.data) if end is None else end
        for position in range(start, stop, self.chunk):
            transit(self.chunk)
            yield self.data[position : min(position + self.chunk, stop)]
        if end is not None:
            raise DownloadError(f"{self.label} broke off.")


@dataclass
class Recorder:
    """A `Progress` that remembers."""

    notes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    open: int = 0

    def note(self, text: str) -> None:
        self.notes.append(text)

    def start(self, label: str, total: int) -> None:
        self.labels.append(label)
        self.open += 1

    def at(self, done: int) -> None:
        self.positions.append(done)

    def finish(self) -> None:
        self.open -= 1


FILES = {"model.onnx": b"graph", "model.onnx.data": b"weights", "tokenizer.json": b"{}"}


def write_package(
    folder: Path,
    name: str = "tiny",
    files: dict[str, bytes] = FILES,
    provenance: Provenance = Provenance(licence="Apache-2.0"),  # noqa: B008
) -> Manifest:
    """A package whose files hash right, though no engine could load them."""
    folder.mkdir(parents=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    hashes = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
    manifest = replace(scripted(name), provenance=provenance, files=hashes)
    (folder / manifests.FILE_NAME).write_text(manifests.dump(manifest), encoding="utf-8")
    return manifest


@dataclass
class FakeExporter:
    """Writes a package; records what it was given. `before` may fail in its stead."""

    calls: list[tuple[bytes | None, str]] = field(default_factory=list)
    before: Callable[[Path], None] = lambda out: None
    version: int = 1
    recipes: list[str] = field(default_factory=list)

    def __call__(self, source: Path, out: Path, name: str, recipe: str) -> None:
        self.before(out)
        data = source.read_bytes() if source.is_file() else None
        self.calls.append((data, name))
        self.recipes.append(recipe)
        sha256 = hashlib.sha256(data or b"").hexdigest()
        label = f"{recipe}@{self.version}" if recipe else ""
        sources = (SourceFile(source.name, len(data or b""), sha256),)
        write_package(out, name, provenance=Provenance(sources, "Apache-2.0", recipe=label))


def fits_nothing(source: Path, out: Path, name: str, template: str, progress: Progress) -> None:
    """Packs no checkpoint."""
    raise NoTemplateError(f"No template fits {source.name}.")


def by_exporter(export: Exporter, ready: Callable[[], None] = lambda: None) -> Way:
    """A way without templates."""
    return Way(fits_nothing, lambda: None, export, ready, {})


def tree(root: Path) -> set[str]:
    """All files below `root`, relative; locks and what is known of checksums left out."""
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not {"locks", "verified"} & set(path.parts)
    }
