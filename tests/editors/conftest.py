"""Fixtures of the tests in real editors, and the table of what they showed.

A test says what it shows by `@pytest.mark.shows(EDITOR, FEATURE)`; `--editor-matrix` writes the
table in docs/editors/README.md anew from the results of the run.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors import matrix, tools

LIMIT_SECONDS = 200
SERVER = [sys.executable, str(Path(__file__).parents[1] / "e2e" / "scripted_server.py")]
"""The command of a server with scripted answers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "write the table in docs/editors/README.md from the results of this run"
    parser.addoption("--editor-matrix", action="store_true", help=text)
    text = "take the pictures in docs/pictures anew from this run"
    parser.addoption("--pictures", action="store_true", help=text)
    text = "run the test that installs everything as a new user would"
    parser.addoption("--newcomer", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(matrix.Recorder(config), "editor-matrix")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.editor)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the servers of this test count."""
    monkeypatch.setenv("FIMBLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(scope="session")
def chromium() -> Path:
    return tools.or_skip(lambda: tools.program("chromium", "chromium"))


@pytest.fixture(scope="session")
def emacs() -> Path:
    return tools.or_skip(lambda: tools.program("emacs", "emacs-nox, with elpa-eglot"))


@pytest.fixture(scope="session")
def tmux() -> Path:
    return tools.or_skip(lambda: tools.program("tmux", "tmux"))


def _unpacked(suite: str, package: str, binary: str) -> list[str]:
    try:
        return tools.unpacked(suite, package, binary)
    except tools.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def neovim() -> list[str]:
    return _unpacked("forky", "neovim", "bin/nvim")


@pytest.fixture(scope="session")
def helix() -> list[str]:
    return _unpacked("trixie", "hx", "bin/hx")


@pytest.fixture(scope="session")
def extension() -> Path:
    return tools.or_skip(tools.extension)


@pytest.fixture(scope="session")
def bundle(extension: Path) -> Path:
    """The bundled extension."""
    tools.npm(extension, "bundle")
    return extension


@pytest.fixture(scope="session")
def code_server() -> Path:
    return tools.or_skip(tools.code_server)


@pytest.fixture(autouse=True)
def _limit(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test waits for ever: an editor that asks a question would never answer."""

    def stop(*_: object) -> None:
        raise TimeoutError("the test took longer than it may")

    signal.signal(signal.SIGALRM, stop)
    slow = request.node.get_closest_marker("slow")
    signal.alarm(LIMIT_SECONDS * (6 if slow else 1))
    yield
    signal.alarm(0)
