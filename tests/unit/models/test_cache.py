from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fimble.errors import StorageError
from fimble.models.cache import Cache, default_root, megabytes, writing

from .fakes import Recorder

_NOBODY = 65534


def test_the_environment_chooses_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path))
    assert default_root() == tmp_path
    monkeypatch.delenv("FIMBLE_CACHE")
    assert default_root().name == "fimble"


def test_staging_is_empty_at_the_start_and_gone_at_the_end(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    left = tmp_path / "staging" / "tiny@interrupted"
    left.mkdir(parents=True)
    (left / "half").write_text("a model")
    with cache.staging("tiny") as folder:
        assert list(folder.iterdir()) == []
        assert not left.exists()
        (folder / "file").touch()
    assert list((tmp_path / "staging").iterdir()) == []


def test_staging_leaves_models_with_a_longer_name_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with (
        cache.lock("qwen2.5", Recorder()),
        cache.staging("qwen2.5") as other,
        cache.lock("qwen2", Recorder()),
        cache.staging("qwen2"),
    ):
        assert other.exists()


def test_staging_clears_what_died_with_another_model(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for name in ("other@killed", "rubbish"):
        (tmp_path / "staging" / name / "package").mkdir(parents=True)
    with cache.lock("tiny", Recorder()), cache.staging("tiny") as folder:
        assert list((tmp_path / "staging").iterdir()) == [folder]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_all_that_is_made_is_for_the_user_alone(tmp_path: Path) -> None:
    """Whatever the umask says; what was open before is closed."""
    (tmp_path / "cache" / "staging").mkdir(parents=True)
    (tmp_path / "cache").chmod(0o755)
    (tmp_path / "cache" / "staging").chmod(0o777)
    cache, before = Cache(tmp_path / "cache"), os.umask(0)
    try:
        with cache.lock("tiny", Recorder()), cache.staging("tiny"):
            cache.made("models")
            modes = {p.name: p.stat().st_mode & 0o777 for p in cache.root.rglob("*")}
    finally:
        os.umask(before)
    assert {mode for name, mode in modes.items() if name != "tiny.lock"} == {0o700}
    assert modes["tiny.lock"] == 0o600
    assert cache.root.stat().st_mode & 0o777 == 0o755, "the user has chosen this folder"


def test_a_second_holder_waits_and_says_so(tmp_path: Path) -> None:
    cache, progress = Cache(tmp_path), Recorder()
    order: list[str] = []
    held, waiting = threading.Event(), threading.Event()
    progress.note = lambda text: (order.append(text), waiting.set())  # type: ignore[method-assign, assignment]

    def first() -> None:
        with cache.lock("tiny", Recorder()):
            held.set()
            waiting.wait(10)
            order.append("first is done")

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    with cache.lock("tiny", progress, seconds=10):
        order.append("second")
    thread.join()
    assert order == [
        "Another process is working on tiny; waiting for it.",
        "first is done",
        "second",
    ]


def test_waiting_ends_with_an_error(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with (
        cache.lock("tiny", Recorder()),
        pytest.raises(StorageError, match="too long"),
        cache.lock("tiny", Recorder(), seconds=0.05),
    ):
        pass


def test_different_models_do_not_wait_for_each_other(tmp_path: Path) -> None:
    progress = Recorder()
    with Cache(tmp_path).lock("one", progress), Cache(tmp_path).lock("two", progress):
        pass
    assert progress.notes == []


def test_too_little_space_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="are needed") as caught:
        Cache(tmp_path / "cache").require_space(1 << 60)
    assert "FIMBLE_CACHE" in caught.value.hint
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_disk_that_fills_up_is_called_full(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is full"), writing(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that this process may not write; root gives up its rights for the test."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "cache"
        folder.mkdir(mode=0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(_NOBODY)
        yield folder
        if was_root:
            os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_read_only_cache_is_one_clear_sentence(read_only: Path) -> None:
    with (
        pytest.raises(StorageError, match="Permission denied") as caught,
        Cache(read_only).lock("tiny", Recorder()),
    ):
        pass
    assert "FIMBLE_CACHE" in caught.value.hint
    assert list(read_only.iterdir()) == []


@pytest.mark.parametrize(
    ("count", "shown"), [(98_362_432, "98 MB"), (1_117_320_768, "1.12 GB"), (0, "0 MB")]
)
def test_megabytes(count: int, shown: str) -> None:
    assert megabytes(count) == shown
