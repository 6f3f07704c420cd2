from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from fimble.errors import (
    CheckpointError,
    DownloadError,
    ExportError,
    ManifestError,
    ModelCorruptError,
    RuntimeMissingError,
    StorageError,
    UnknownModelError,
    UsageError,
)
from fimble.models import package
from fimble.models.install import Installer, _swap, checked_name
from fimble.models.store import Store

from .fakes import (
    CHECKPOINT,
    FILES,
    FakeExporter,
    FakeSource,
    Recorder,
    by_exporter,
    entry,
    tree,
    write_package,
)
from .test_store import rewrite_manifest

TINY = entry()
SOURCE = f"sources/{TINY.sha256}.gguf"
PACKAGE = {f"models/tiny/{name}" for name in ("manifest.json", *FILES)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", (TINY,))


def installer(
    store: Store,
    *,
    source: FakeSource | None = None,
    export: Callable[[Path, Path, str, str], None] | None = None,
    ready: Callable[[], None] = lambda: None,
) -> Installer:
    chosen = source or FakeSource()
    way = by_exporter(export or FakeExporter(), ready)
    return Installer(store, Recorder(), lambda _: (chosen,), way)


def fail(error: Exception) -> Callable[..., None]:
    def failing(*_: object) -> None:
        raise error

    return failing


class TestByName:
    def test_a_model_is_fetched_exported_and_found(self, store: Store) -> None:
        exporter = FakeExporter()
        found = installer(store, export=exporter).by_name("tiny")
        assert found == store.find("tiny")
        assert exporter.calls == [(CHECKPOINT, "tiny")]
        assert tree(store.cache.root) == PACKAGE | {SOURCE}

    def test_a_model_that_is_there_is_left_alone(self, store: Store) -> None:
        installer(store).by_name("tiny")
        again = FakeExporter()
        installer(store, export=again, ready=fail(AssertionError())).by_name("tiny")
        assert again.calls == []

    def test_force_makes_it_again_from_the_kept_download(self, store: Store) -> None:
        installer(store).by_name("tiny")
        source, exporter = FakeSource(), FakeExporter()
        installer(store, source=source, export=exporter).by_name("tiny", force=True)
        assert source.asked_from == []
        assert len(exporter.calls) == 1
        assert tree(store.cache.root) == PACKAGE | {SOURCE}

    def test_a_package_of_an_older_recipe_is_made_again_from_the_kept_download(
        self, tmp_path: Path
    ) -> None:
        store = Store(tmp_path / "cache", (entry(recipe="tiny@2"),))
        installer(store, export=FakeExporter(version=1)).by_name("tiny")
        source, exporter = FakeSource(), FakeExporter(version=2)
        found = installer(store, source=source, export=exporter).by_name("tiny")
        assert found.manifest.provenance.recipe == "tiny@2"
        assert exporter.recipes == ["tiny"]
        assert source.asked_from == []
        installer(store, export=exporter).by_name("tiny")
        assert len(exporter.calls) == 1

    def test_a_package_of_an_older_recipe_is_kept_where_nothing_can_be_exported(
        self, tmp_path: Path
    ) -> None:
        store = Store(tmp_path / "cache", (entry(recipe="tiny@2"),))
        installer(store, export=FakeExporter(version=1)).by_name("tiny")
        missing = fail(RuntimeMissingError("no torch"))
        found = installer(store, ready=missing).by_name("tiny")
        assert found.manifest.provenance.recipe == "tiny@1"
        with pytest.raises(RuntimeMissingError, match="no torch"):
            installer(store, ready=missing).by_name("tiny", force=True)

    def test_a_package_of_other_weights_under_the_same_name_is_kept(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "cache", (entry(recipe="tiny@2"),))
        (tmp_path / "mine.gguf").write_bytes(b"GGUF")
        installer(store).by_path(tmp_path / "mine.gguf", "tiny")
        exporter = FakeExporter()
        installer(store, export=exporter).by_name("tiny")
        assert exporter.calls == []

    @pytest.mark.parametrize("damage", ["newer format", "missing file"])
    def test_a_package_that_cannot_be_used_is_replaced(self, store: Store, damage: str) -> None:
        folder = installer(store).by_name("tiny").path
        if damage == "newer format":
            rewrite_manifest(folder, format_version=99)
        else:
            (folder / "model.onnx").unlink()
        assert installer(store).by_name("tiny").manifest.format_version == 1

    def test_an_unknown_model_touches_nothing(self, store: Store) -> None:
        with pytest.raises(UnknownModelError):
            installer(store).by_name("huge")
        assert not store.cache.root.exists()

    def test_without_an_exporter_nothing_is_downloaded(self, store: Store) -> None:
        source = FakeSource()
        missing = fail(RuntimeMissingError("no torch"))
        with pytest.raises(RuntimeMissingError):
            installer(store, source=source, ready=missing).by_name("tiny")
        assert source.asked_from == []

    def test_without_space_nothing_is_downloaded(self, tmp_path: Path) -> None:
        large = dataclasses.replace(TINY, package_bytes=1 << 60)
        source, store = FakeSource(), Store(tmp_path / "cache", (large,))
        with pytest.raises(StorageError, match="are needed"):
            installer(store, source=source).by_name("tiny")
        assert source.asked_from == []
        assert tree(store.cache.root) == set()

    def test_a_truncated_download_leaves_no_model(self, store: Store) -> None:
        with pytest.raises(DownloadError):
            installer(store, source=FakeSource(break_at=[100, 100])).by_name("tiny")
        assert store.installed() == ()
        installer(store).by_name("tiny")
        assert tree(store.cache.root) == PACKAGE | {SOURCE}

    def test_wrong_bytes_never_reach_the_exporter(self, store: Store) -> None:
        exporter = FakeExporter()
        with pytest.raises(ModelCorruptError):
            installer(store, source=FakeSource(b"x" * TINY.bytes), export=exporter).by_name("tiny")
        assert exporter.calls == []
        assert tree(store.cache.root) == set()

    @pytest.mark.parametrize(
        "error", [ExportError("torch said no"), KeyboardInterrupt()], ids=["failure", "Ctrl-C"]
    )
    def test_an_export_that_does_not_end_leaves_only_the_download(
        self, store: Store, error: BaseException
    ) -> None:
        def half(out: Path) -> None:
            write_package(out)
            raise error

        with pytest.raises(type(error)):
            installer(store, export=FakeExporter(before=half)).by_name("tiny")
        assert tree(store.cache.root) == {SOURCE}

    def test_a_package_with_wrong_hashes_is_not_published(self, store: Store) -> None:
        def lying(source: Path, out: Path, name: str, recipe: str) -> None:
            write_package(out, name)
            (out / "model.onnx.data").write_bytes(b"other weights")

        with pytest.raises(ModelCorruptError, match=r"model\.onnx\.data"):
            installer(store, export=lying).by_name("tiny")
        assert store.installed() == ()

    def test_a_move_that_fails_puts_the_old_model_back(self, tmp_path: Path) -> None:
        place = tmp_path / "models" / "tiny"
        manifest = write_package(place)
        with pytest.raises(FileNotFoundError):
            _swap(tmp_path / "vanished", place, tmp_path / "aside")
        assert package.check(place) == manifest

    def test_a_failed_replacement_keeps_the_old_model(self, store: Store) -> None:
        old = installer(store).by_name("tiny")
        with pytest.raises(ExportError):
            installer(store, export=fail(ExportError("no"))).by_name("tiny", force=True)
        assert store.find("tiny") == old


class TestByPath:
    @pytest.fixture
    def checkpoint(self, tmp_path: Path) -> Path:
        folder = tmp_path / "My Model"
        folder.mkdir()
        for name in ("config.json", "tokenizer.json", "model.safetensors"):
            (folder / name).write_text("{}")
        return folder

    def test_a_checkpoint_folder_is_exported_under_its_own_name(
        self, store: Store, checkpoint: Path
    ) -> None:
        exporter = FakeExporter()
        found = installer(store, export=exporter).by_path(checkpoint)
        assert found.name == "my-model"
        assert exporter.calls == [(None, "my-model")]

    def test_a_gguf_file_is_exported(self, store: Store, tmp_path: Path) -> None:
        path = tmp_path / "Some.Q4.GGUF"
        path.write_bytes(b"GGUF")
        exporter = FakeExporter()
        assert installer(store, export=exporter).by_path(path, "mine").name == "mine"
        assert exporter.calls == [(b"GGUF", "mine")]

    def test_a_package_is_copied_without_an_exporter(self, store: Store, tmp_path: Path) -> None:
        write_package(tmp_path / "made-elsewhere")
        (tmp_path / "made-elsewhere" / "notes.txt").write_text("not ours")
        without = installer(store, ready=fail(AssertionError()), export=fail(AssertionError()))
        found = without.by_path(tmp_path / "made-elsewhere")
        assert found.name == "made-elsewhere"
        assert {path.name for path in found.path.iterdir()} == {"manifest.json", *FILES}

    def test_a_corrupt_package_is_refused(self, store: Store, tmp_path: Path) -> None:
        write_package(tmp_path / "bad")
        (tmp_path / "bad" / "model.onnx").write_bytes(b"half")
        with pytest.raises(ModelCorruptError, match=r"model\.onnx"):
            installer(store).by_path(tmp_path / "bad")
        assert not store.cache.root.exists()

    def test_a_package_of_a_newer_format_is_refused(self, store: Store, tmp_path: Path) -> None:
        write_package(tmp_path / "new")
        rewrite_manifest(tmp_path / "new", format_version=2)
        with pytest.raises(ManifestError, match="newer format"):
            installer(store).by_path(tmp_path / "new")

    def test_what_a_folder_lacks_is_named(self, store: Store, checkpoint: Path) -> None:
        (checkpoint / "tokenizer.json").unlink()
        (checkpoint / "model.safetensors").unlink()
        with pytest.raises(CheckpointError, match=r"tokenizer\.json, \*\.safetensors not found"):
            installer(store).by_path(checkpoint)

    def test_a_path_that_does_not_exist(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There is no"):
            installer(store).by_path(tmp_path / "nowhere")

    def test_a_taken_name_is_not_overwritten(self, store: Store, checkpoint: Path) -> None:
        installer(store).by_path(checkpoint)
        with pytest.raises(UsageError, match="installed already"):
            installer(store).by_path(checkpoint)
        assert installer(store).by_path(checkpoint, force=True).name == "my-model"


REFUSED = (
    *("", ".", "..", "../x", "a/b", "a\\b", ".hidden", "Upper", "a" * 65, "a" * 100_000, "a b"),
    *("dot.", "space ", "a\n", "a\0b", "\x1b[2J", "a\x7f", "é", "c:", "a:b", "~", "*", "-x", "_x"),
    *("nul", "con", "aux", "prn", "com1", "lpt9", "nul.txt", "con.gguf", "aux.x.y", "com1.tar.gz"),
)


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: repr(name[:20]))
def test_names_that_could_harm_a_system_are_refused(
    name: str, store: Store, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a model") as caught:
        checked_name(name)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200
    (checkpoint := tmp_path / "some.gguf").touch()
    with pytest.raises(UsageError):
        installer(store).by_path(checkpoint, name)
    assert tree(store.cache.root) == set()


@pytest.mark.parametrize("name", ["null", "console", "com", "com10", "a.nul", "auxiliary", "0"])
def test_names_that_only_look_like_devices_are_fine(name: str) -> None:
    assert checked_name(name) == name
