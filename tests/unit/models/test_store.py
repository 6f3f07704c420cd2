from __future__ import annotations

import json
from pathlib import Path

import pytest
from fimble.engine import manifest as manifests
from fimble.errors import (
    ManifestError,
    ModelCorruptError,
    ModelNotInstalledError,
    UnknownModelError,
    UsageError,
)
from fimble.models import package
from fimble.models.store import Store

from .fakes import entry, tree, write_package

TINY = entry()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", (TINY,))


def rewrite_manifest(folder: Path, **changes: object) -> None:
    path = folder / manifests.FILE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_an_installed_model_is_found_by_name_and_by_folder(store: Store) -> None:
    folder = store.cache.model("tiny")
    manifest = write_package(folder)
    assert store.find("tiny").manifest == manifest
    assert store.find(str(folder)).path == folder


def test_a_known_model_that_is_absent_says_how_to_get_it(store: Store) -> None:
    with pytest.raises(ModelNotInstalledError) as caught:
        store.find("tiny")
    assert caught.value.hint == "Run `fimble model install tiny`."


def test_an_unknown_model_lists_the_known_and_the_installed(store: Store) -> None:
    write_package(store.cache.model("mine"))
    with pytest.raises(UnknownModelError) as caught:
        store.find("zzz")
    assert caught.value.hint == "Known models: tiny, mine."


def test_a_folder_that_is_no_package_is_no_package(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="not a model package"):
        store.find(str(tmp_path))


def test_reading_creates_nothing(store: Store) -> None:
    assert store.installed() == ()
    assert store.broken() == ()
    assert not store.cache.root.exists()


def test_a_manifest_of_a_newer_format_is_refused(store: Store) -> None:
    write_package(store.cache.model("tiny"))
    rewrite_manifest(store.cache.model("tiny"), format_version=99)
    with pytest.raises(ManifestError, match="newer format") as caught:
        store.find("tiny")
    assert "Upgrade" in caught.value.hint
    assert store.installed() == ()
    assert [name for name, _ in store.broken()] == ["tiny"]


@pytest.mark.parametrize("file", ["model.onnx", "model.onnx.data", "tokenizer.json"])
def test_a_missing_file_makes_the_package_corrupt(store: Store, file: str) -> None:
    write_package(store.cache.model("tiny"))
    (store.cache.model("tiny") / file).unlink()
    with pytest.raises(ModelCorruptError, match=file):
        store.find("tiny")


def test_changed_bytes_are_found_by_the_full_check_only(store: Store) -> None:
    folder = store.cache.model("tiny")
    write_package(folder)
    (folder / "model.onnx").write_bytes(b"GRAPH")
    assert store.find("tiny").name == "tiny"
    with pytest.raises(ModelCorruptError, match=r"model\.onnx"):
        package.check(folder)


def test_a_manifest_cannot_point_outside_its_folder(store: Store) -> None:
    folder = store.cache.model("tiny")
    write_package(folder)
    (folder.parent / "secret").write_text("s")
    rewrite_manifest(folder, files={"../secret": "0" * 64})
    with pytest.raises(ManifestError, match="files: this text is not allowed there"):
        store.find("tiny")


def test_remove_frees_the_package_and_its_checkpoint(store: Store) -> None:
    write_package(store.cache.model("tiny"))
    write_package(store.cache.model("other"))
    source = store.cache.source(TINY.sha256)
    source.parent.mkdir(parents=True)
    source.write_bytes(b"x" * 50)
    size = package.size(store.cache.model("tiny"))
    assert store.remove("tiny") == size + 50
    assert [found.name for found in store.installed()] == ["other"]
    assert all(path.startswith("models/other/") for path in tree(store.cache.root))


def test_remove_clears_a_broken_model_and_a_mere_partial_download(store: Store) -> None:
    store.cache.model("broken").mkdir(parents=True)
    store.remove("broken")
    store.cache.partial(TINY.sha256).parent.mkdir(parents=True)
    store.cache.partial(TINY.sha256).write_bytes(b"part")
    assert store.remove("tiny") == 4
    assert tree(store.cache.root) == set()


def test_remove_of_what_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalledError):
        store.remove("tiny")
    with pytest.raises(UnknownModelError):
        store.remove("zzz")
    outside = tmp_path / "outside"
    write_package(outside)
    with pytest.raises(UsageError):
        store.remove(str(outside))
    assert package.looks_like_package(outside)
