from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from fimble.errors import FimbleError
from fimble.http.token import FILE_NAME, load_or_create

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIMBLE_HTTP_TOKEN", raising=False)


def test_the_token_is_made_once_and_stays(tmp_path: Path) -> None:
    secret = load_or_create(tmp_path / "data")
    assert len(secret.text) >= 40
    assert str(tmp_path / "data" / FILE_NAME) in secret.place
    assert load_or_create(tmp_path / "data") == secret
    assert load_or_create(tmp_path / "other").text != secret.text
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]


@posix
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    load_or_create(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / FILE_NAME).stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o660, 0o601])
def test_what_others_may_know_is_refused(tmp_path: Path, mode: int) -> None:
    load_or_create(tmp_path)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(FimbleError, match=f"not yours alone \\(mode {mode:o}\\)") as caught:
        load_or_create(tmp_path)
    assert "delete the file" in caught.value.hint


@posix
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_what_another_user_has_written_is_refused(tmp_path: Path) -> None:
    load_or_create(tmp_path)
    os.chown(tmp_path / FILE_NAME, 12345, -1)
    with pytest.raises(FimbleError, match="not yours alone"):
        load_or_create(tmp_path)


@posix
@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / FILE_NAME
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(FimbleError, match="token file"):
        load_or_create(tmp_path)


def test_the_environment_wins_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIMBLE_HTTP_TOKEN", "mine and long enough")
    secret = load_or_create(tmp_path / "data")
    assert secret.text == "mine and long enough"
    assert "$FIMBLE_HTTP_TOKEN" in secret.place
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "token", ["short", "x" * 15, "pässword of some length", "x" * 2000, "a\nb" * 9]
)
def test_weak_tokens_are_refused_wherever_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(token, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(FimbleError, match="token"):
        load_or_create(tmp_path)
    monkeypatch.setenv("FIMBLE_HTTP_TOKEN", token)
    with pytest.raises(FimbleError, match="16 to 1024") as caught:
        load_or_create(tmp_path)
    assert token not in str(caught.value)


def test_servers_that_start_at_once_get_the_same_token(tmp_path: Path) -> None:
    barrier, tokens = threading.Barrier(8), list[str]()

    def start() -> None:
        barrier.wait()
        tokens.append(load_or_create(tmp_path).text)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_broken_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(FimbleError) as caught:
        load_or_create(tmp_path)
    assert caught.value.hint.startswith("Delete it")
