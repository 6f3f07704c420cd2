from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fimble.errors import DownloadError, ModelCorruptError, StorageError
from fimble.models.cache import Cache
from fimble.models.fetch import fetch

from .fakes import CHECKPOINT, FakeSource, Recorder, entry, tree

TINY = entry()
WHOLE = f"sources/{TINY.sha256}.gguf"
PARTIAL = f"sources/{TINY.sha256}.partial"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def test_a_download_ends_under_its_hash(cache: Cache) -> None:
    source, progress = FakeSource(), Recorder()
    path = fetch(TINY, [source], cache, progress)
    assert path.read_bytes() == CHECKPOINT
    assert tree(cache.root) == {WHOLE}
    assert progress.positions[-1] == TINY.bytes
    assert progress.open == 0


def test_a_slice_that_is_read_after_it_has_come_takes_no_progress_back(cache: Cache) -> None:
    class Whole(FakeSource):
        """A wheel: all of it arrives before any of it is read."""

        def read(self, start: int, transit: Callable[[int], None]) -> Iterator[bytes]:
            transit(len(self.data) - start)
            yield from super().read(start, lambda _: None)

    progress = Recorder()
    fetch(TINY, [Whole()], cache, progress)
    assert progress.positions == sorted(progress.positions)
    assert progress.positions[0] == TINY.bytes


def test_what_is_there_is_not_downloaded_again(cache: Cache) -> None:
    fetch(TINY, [FakeSource()], cache, Recorder())
    second = FakeSource()
    fetch(TINY, [second], cache, Recorder())
    assert second.asked_from == []


def test_a_damaged_kept_download_is_fetched_again(cache: Cache) -> None:
    path = fetch(TINY, [FakeSource()], cache, Recorder())
    path.write_bytes(b"x" + CHECKPOINT[1:])
    assert fetch(TINY, [FakeSource()], cache, Recorder()).read_bytes() == CHECKPOINT


def test_a_truncated_download_is_resumed_where_it_stopped(cache: Cache) -> None:
    source = FakeSource(break_at=[3000, 5500])
    path = fetch(TINY, [source], cache, Recorder())
    assert source.asked_from == [0, 3000, 5500]
    assert path.read_bytes() == CHECKPOINT


def test_a_source_that_ends_early_without_an_error_is_truncated_too(cache: Cache) -> None:
    with pytest.raises(DownloadError, match="4000 of 10240 bytes"):
        fetch(TINY, [FakeSource(CHECKPOINT[:4000])], cache, Recorder())
    assert tree(cache.root) == {PARTIAL}


def test_another_source_goes_on_where_the_first_gave_up(cache: Cache) -> None:
    first, second = FakeSource(break_at=[3000, 3000]), FakeSource(label="second")
    fetch(TINY, [first, second], cache, Recorder())
    assert second.asked_from == [3000]


def test_without_any_answer_nothing_is_visible_and_the_next_step_is_said(cache: Cache) -> None:
    with pytest.raises(DownloadError) as caught:
        fetch(TINY, [FakeSource(break_at=[0], label="hub")], cache, Recorder())
    assert "hub broke off" in caught.value.message
    assert "--path" in caught.value.hint
    assert not cache.source(TINY.sha256).exists()


def test_a_second_run_resumes(cache: Cache) -> None:
    with pytest.raises(DownloadError):
        fetch(TINY, [FakeSource(break_at=[7000, 7000])], cache, Recorder())
    assert cache.partial(TINY.sha256).stat().st_size == 7000
    source = FakeSource()
    fetch(TINY, [source], cache, Recorder())
    assert source.asked_from == [7000]
    assert tree(cache.root) == {WHOLE}


@pytest.mark.parametrize(
    "wrong",
    [b"x" + CHECKPOINT[1:], CHECKPOINT[:-1] + b"x", CHECKPOINT + b"x" * 5000],
    ids=["first byte", "last byte", "too long"],
)
def test_wrong_bytes_are_never_kept(cache: Cache, wrong: bytes) -> None:
    with pytest.raises(ModelCorruptError, match="SHA-256"):
        fetch(TINY, [FakeSource(wrong)], cache, Recorder())
    assert tree(cache.root) == set()


def test_after_wrong_bytes_the_next_source_starts_from_nothing(cache: Cache) -> None:
    good = FakeSource(label="good")
    path = fetch(TINY, [FakeSource(b"x" * TINY.bytes), good], cache, Recorder())
    assert good.asked_from == [0]
    assert path.read_bytes() == CHECKPOINT


def test_a_damaged_kept_part_costs_one_more_download_not_a_failure(cache: Cache) -> None:
    cache.partial(TINY.sha256).parent.mkdir(parents=True)
    cache.partial(TINY.sha256).write_bytes(b"x" * 2000)
    source = FakeSource()
    assert fetch(TINY, [source], cache, Recorder()).read_bytes() == CHECKPOINT
    assert source.asked_from == [2000, 0]


def test_a_cache_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        fetch(TINY, [FakeSource()], Cache(tmp_path / "file"), Recorder())
