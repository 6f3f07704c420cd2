from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fimble.system import private_files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0, 0o022, 0o777], ids=oct, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_all_that_is_made_is_private(tmp_path: Path, umask: int) -> None:
    if umask == 0o777:
        pytest.skip("such a user cannot enter their own folders")
    private_files.make_folder(tmp_path / "a" / "b" / "c")
    private_files.make_file(tmp_path / "a" / "file")
    assert {mode(tmp_path / "a" / p) for p in (".", "b", "b/c")} == {0o700}
    assert mode(tmp_path / "a" / "file") == 0o600


def test_what_is_there_becomes_private_and_keeps_what_the_user_took_away(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    file.touch()
    for given, kept in ((0o755, 0o700), (0o777, 0o700), (0o500, 0o500), (0o555, 0o500)):
        folder.chmod(given)
        private_files.make_folder(folder)
        assert mode(folder) == kept
    for given, kept in ((0o644, 0o600), (0o666, 0o600), (0o400, 0o400)):
        file.chmod(given)
        private_files.make_file(file)
        assert mode(file) == kept


def test_a_folder_that_the_user_has_chosen_keeps_its_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    private_files.make_folder(folder, chosen=True)
    assert mode(folder) == 0o755


def test_a_file_in_the_folders_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        private_files.make_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        private_files.make_folder(tmp_path / "file" / "below")
