from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fimble.errors import ModelCorruptError
from fimble.models import package
from fimble.models.store import Store

from .fakes import entry, write_package


class Reading:
    """Counts how often files are read whole."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        real = package.sha256_of

        def counting(path: Path) -> str:
            self.count += 1
            return real(path)

        monkeypatch.setattr(package, "sha256_of", counting)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    return Reading(monkeypatch)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache", (entry(),))
    write_package(store.cache.model("tiny"))
    return store


def test_a_package_is_read_once(store: Store, reading: Reading) -> None:
    for _ in range(3):
        assert store.ready("tiny") == store.find("tiny")
    assert reading.count == 3, "its three files"
    assert store.ready(str(store.cache.model("tiny"))).path == store.cache.model("tiny")
    assert reading.count == 3


def in_place(path: Path) -> None:
    path.write_bytes(b"WEIGHTS")


def keeping_the_time(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"WEIGHTS")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(path: Path) -> None:
    (path.parent / "aside").write_bytes(b"WEIGHTS")
    shutil.copystat(path, path.parent / "aside")
    (path.parent / "aside").replace(path)


@pytest.mark.parametrize("change", [in_place, keeping_the_time, replaced])
def test_a_changed_file_is_told_at_the_next_load(
    store: Store, change: Callable[[Path], None]
) -> None:
    store.ready("tiny")
    change(store.cache.model("tiny") / "model.onnx.data")
    for _ in range(2):
        with pytest.raises(ModelCorruptError, match=r"model\.onnx\.data does not match"):
            store.ready("tiny")


def test_a_touched_file_is_read_again_and_then_known(store: Store, reading: Reading) -> None:
    store.ready("tiny")
    os.utime(store.cache.model("tiny") / "model.onnx")
    store.ready("tiny")
    assert reading.count == 6
    store.ready("tiny")
    assert reading.count == 6


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'{"model.onnx": 1}', b"\xff", b"[" * 99_999]
)
def test_a_damaged_record_counts_as_none(store: Store, reading: Reading, content: bytes) -> None:
    store.ready("tiny")
    (record,) = (store.cache.root / "verified").iterdir()
    record.write_bytes(content)
    store.ready("tiny")
    assert reading.count == 6


def test_without_a_place_for_the_record_every_load_reads(store: Store, reading: Reading) -> None:
    (store.cache.root / "verified").write_text("in the way")
    store.ready("tiny")
    store.ready("tiny")
    assert reading.count == 6


def test_a_removed_package_leaves_no_record(store: Store) -> None:
    store.ready("tiny")
    store.remove("tiny")
    assert list((store.cache.root / "verified").iterdir()) == []
