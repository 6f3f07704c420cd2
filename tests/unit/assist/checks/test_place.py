from pathlib import PurePosixPath, PureWindowsPath

import pytest
from fimble.system.place import path_in


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///p/a.py", "/p/a.py"),
        ("file:///p/C%23/a.py", "/p/C#/a.py"),
        ("file:///p/what%3F/a.py", "/p/what?/a.py"),
        ("file:///p/a%2520b/a.py", "/p/a%20b/a.py"),
        ("file:///p/a%20b/%C3%A9.py", "/p/a b/\N{LATIN SMALL LETTER E WITH ACUTE}.py"),
        ("file://localhost/p/a.py", "/p/a.py"),
        ("file:///c%3A/proj", "/c:/proj"),
        ("file:///p/a;b=c.py", "/p/a;b=c.py"),
    ],
)
def test_paths_of_uris(uri: str, path: str) -> None:
    assert path_in(uri, windows=False) == PurePosixPath(path)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/proj/a.py", r"c:\proj\a.py"),
        ("file:///C:/proj/a.py", r"C:\proj\a.py"),
        ("file:///c%3A/C%23/100%25.py", r"c:\C#\100%.py"),
        ("file://server/share/a.py", r"\\server\share\a.py"),
    ],
)
def test_paths_of_uris_on_windows(uri: str, path: str) -> None:
    found = path_in(uri, windows=True)
    assert found == PureWindowsPath(path)
    assert found.is_absolute()


@pytest.mark.parametrize(
    "uri", ["", "untitled:a", "file:", "file://[", "file:///a%00b", "http://a/b"]
)
def test_what_is_no_file_has_no_path(uri: str) -> None:
    assert path_in(uri, windows=False) is None
    assert path_in(uri, windows=True) is None
