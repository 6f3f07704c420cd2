"""Helix in tmux: what stands on the screen and in the file."""

from __future__ import annotations

import itertools
import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.conftest import SERVER

LANGUAGES = """
[language-server.fimble]
command = {program}
args = {arguments}

[[language]]
name = "python"
language-servers = ["fimble"]
"""


class Terminal:
    """A tmux session of its own with Helix in it."""

    def __init__(self, tmux: Path, helix: list[str], folder: Path, text: str) -> None:
        self.file = folder / "shapes.py"
        self.file.write_text(text, encoding="utf-8", newline="")
        config = folder / "config" / "helix"
        config.mkdir(parents=True)
        program, *arguments = map(json.dumps, SERVER)
        listed = f"[{', '.join(arguments)}]"
        (config / "languages.toml").write_text(LANGUAGES.format(program=program, arguments=listed))
        (config / "config.toml").write_text("[editor.lsp]\ndisplay-messages = true\n")
        runtime = Path(helix[-1]).resolve().parent / "runtime"
        settings = {"HELIX_RUNTIME": runtime, "XDG_CONFIG_HOME": folder / "config"}
        settings |= {"XDG_CACHE_HOME": folder / "cache", "LC_ALL": "C.UTF-8"}
        assignments = [f"{name}={value}" for name, value in settings.items()]
        command = shlex.join(["env", *assignments, *helix, str(self.file)])
        self._tmux = [str(tmux), "-L", f"fimble-{folder.name}"]
        self._run("new-session", "-d", "-x", "120", "-y", "30", command)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        self._run("send-keys", "-l", text)

    def screen(self) -> str:
        return self._run("capture-pane", "-p")

    def wait(self, wanted: str, *keys: str) -> None:
        """Waits until the screen shows `wanted`; presses `keys` now and then."""
        end = time.monotonic() + 30
        for turn in itertools.count():
            if wanted in self.screen():
                return
            assert time.monotonic() < end, self.screen()
            if keys and turn % 20 == 0:
                self.keys(*keys)
            time.sleep(0.05)

    def saved(self) -> str:
        """The file after it was written, byte for byte."""
        self.keys("Escape")
        self.type(":write")
        self.keys("Enter")
        self.wait("written")
        return self.file.read_bytes().decode()

    def close(self) -> None:
        self._run("kill-server")


@pytest.fixture
def terminal(
    tmux: Path, helix: list[str], tmp_path: Path, data: Path, request: pytest.FixtureRequest
) -> Iterator[Terminal]:
    terminal = Terminal(tmux, helix, tmp_path, getattr(request, "param", "import math\n"))
    terminal.wait("NOR")
    yield terminal
    terminal.close()


@pytest.mark.shows("Helix", "menu")
@pytest.mark.shows("Helix", "positions")
@pytest.mark.parametrize(
    ("terminal", "line"),
    [
        ("import math\n", "area = "),
        ("import math\r\n", "area = "),
        ("🙂🙂 = 1\ne\u0301 = 2\n", '"🙂 e\u0301"; area = '),
    ],
    indirect=["terminal"],
)
def test_the_menu_completes(terminal: Terminal, line: str) -> None:
    before = terminal.file.read_bytes().decode()
    terminal.keys("g", "e", "o")
    terminal.type(line)
    terminal.wait("width * height", "C-x")
    terminal.keys("Tab", "Enter")
    terminal.wait("area = width * height")
    assert terminal.saved() == f"{before}{line}width * height{before[len(before.rstrip()) :]}"
