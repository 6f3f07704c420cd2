"""Statistics files that are broken, locked, full, foreign or no files: one sentence, no traceback."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fimble.cli import main as cli
from fimble.completion.statistics.damage import explained
from fimble.completion.statistics.database import Database, read
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.offers import Recorder
from fimble.errors import FimbleError

from tests.mutations import count, require_sentence

REQUEST = Request("a", 1.7e9, "python", "tiny", None, 12, 80.5, 30.0, 400, 390, 6)
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIMBLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "statistics.sqlite3"


@pytest.fixture
def recorded(path: Path) -> Path:
    with Database(path) as database:
        for number in range(300):
            database.add(Request(str(number), 1.7e9 + number, "python", "tiny", None, 8, 90.0))
    return path


def stats(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and what was said on standard error."""
    status = cli.main(["stats", "--days", "20000", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    if status:
        require_sentence(" ".join(said.err.split()))
    return status, said.err


def damaged(good: bytes, rng: random.Random) -> bytes:
    place, size = rng.randrange(len(good)), rng.randrange(1, 4096)
    return rng.choice(
        (
            good[:place],
            good[:place] + rng.randbytes(size) + good[place + size :],
            good[:place] + bytes(size) + good[place + size :],
            good[: rng.randrange(100)] + rng.randbytes(4) + good[104:],
            rng.randbytes(size),
            good[:100] + rng.randbytes(len(good) - 100),
            good[place:],
        )
    )


def test_three_hundred_damaged_files_are_a_sentence_each(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, refused = recorded.read_bytes(), 0
    for seed in range(count(300)):
        for beside in recorded.parent.iterdir():
            beside.unlink()
        recorded.write_bytes(damaged(good, random.Random(seed)))
        for arguments in ((), ("--json",)):
            refused += stats(capsys, *arguments)[0]
        if seed % 5 == 0:
            stats(capsys, "--clear")
    assert refused > 100


def test_rows_that_no_fimble_wrote_are_left_out(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = ["'text'", "1e999", "-1e999", "x'00ff'", str(2**62), "''", "-1", "1e300"]
    columns = ("at", "language", "model", "reason", "offered_chars", "total_ms", "ttft_ms",
               "prompt_tokens", "new_tokens", "shown", "accepted_chars")  # fmt: skip
    connection = sqlite3.connect(recorded)
    for number, column in enumerate(columns):
        for offset, value in enumerate(strange):
            row = str(number * len(strange) + offset)
            connection.execute(f"UPDATE outcome SET {column} = {value} WHERE id = ?", (row,))
    connection.execute("UPDATE outcome SET language = CAST(x'ff' AS TEXT) WHERE id = '299'")
    connection.commit()
    connection.close()
    status, said = stats(capsys, "--json")
    assert status == 0 or "damaged" in said or "other tables" in said
    assert cli.main(["stats", "--html", str(recorded.with_name("page.html"))]) in (0, 1)


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE outcome (id, colour)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


STATES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "is no file"),
    "bytes": (lambda path: path.write_bytes(os.urandom(5000)), "is damaged"),
    "other tables": (foreign, "other tables than those of Fimble"),
    "a newer schema": (newer, "newer Fimble"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "is no file"),
    "a link to zeros": (lambda path: path.symlink_to("/dev/zero"), "is no file"),
    "a pipe": (os.mkfifo, "is no file"),
}


@posix
@pytest.mark.parametrize(("make", "said"), STATES.values(), ids=STATES)
def test_what_is_no_statistics_file_is_told(
    path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], object], said: str
) -> None:
    path.parent.mkdir()
    make(path)
    for arguments in ((), ("--json",)):
        status, words = stats(capsys, *arguments)
        assert status == 1
        assert said in words
    recorder = Recorder(path)
    recorder.request(REQUEST)
    recorder.close(seconds=30)


@pytest.mark.parametrize("content", [b"", None])
def test_an_empty_file_has_no_requests(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    assert read(path) == ()


def test_a_locked_file_is_not_to_be_deleted(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = sqlite3.connect(recorded, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    for arguments in ((), ("--clear",)):
        status, said = stats(capsys, *arguments)
        assert status == 1
        assert "is locked by another program" in said
        assert "Try again" in said
        assert "Delete" not in said
    other.close()
    assert stats(capsys) == (0, "")


def test_a_full_disk_is_called_full(recorded: Path) -> None:
    with Database(recorded) as database:
        database._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(FimbleError, match="the disk is full") as caught:
            database.add(Request("more", 1.7e9, "x" * 500_000, "tiny", None, 8, 90.0))
    assert "Delete" not in str(caught.value)
    full = explained(recorded, OSError(28, "No space left on device"))
    assert "the disk is full" in full.message


@posix
def test_a_file_in_a_folder_that_cannot_be_written_is_read(recorded: Path, tmp_path: Path) -> None:
    """By another user: root may write everywhere."""
    code = (
        "import os, sys\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "from fimble.cli.main import main\n"
        "sys.exit(main(['stats', '--days', '20000', '--json']))"
    )
    for folder in (recorded.parent, *recorded.parent.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    recorded.chmod(0o444)
    recorded.parent.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )
    recorded.parent.chmod(0o755)
    if "ModuleNotFoundError" in done.stderr or "PermissionError" in done.stderr:
        pytest.skip("another user cannot run this installation")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total"]["requests"] == 300


@posix
def test_statistics_are_for_the_user_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        with Database(path) as database:
            database.add(REQUEST)
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert set(modes) >= {"statistics.sqlite3", "statistics.sqlite3-wal"}
    assert set(modes.values()) == {0o600}


@posix
def test_what_an_older_fimble_left_open_is_closed(path: Path) -> None:
    Database(path).close()
    path.chmod(0o644)
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
