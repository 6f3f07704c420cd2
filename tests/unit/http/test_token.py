from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from fimble.errors import FimbleError
from fimble.http.token import FILE_NAME, load_or_create


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIMBLE_HTTP_TOKEN", raising=False)


def test_the_token_is_made_once_and_stays(tmp_path: Path) -> None:
    token = load_or_create(tmp_path / "data")
    assert len(token) >= 40
    assert load_or_create(tmp_path / "data") == token
    assert load_or_create(tmp_path / "other") != token
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    load_or_create(tmp_path)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_the_environment_wins_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIMBLE_HTTP_TOKEN", "mine")
    assert load_or_create(tmp_path / "data") == "mine"
    assert not (tmp_path / "data").exists()


def test_servers_that_start_at_once_get_the_same_token(tmp_path: Path) -> None:
    barrier, tokens = threading.Barrier(8), list[str]()

    def start() -> None:
        barrier.wait()
        tokens.append(load_or_create(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_broken_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(FimbleError) as caught:
        load_or_create(tmp_path)
    assert caught.value.hint.startswith("Delete it")
