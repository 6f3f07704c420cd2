"""VS Code in a browser: a code-server of its own for every test, and the scripts that drive it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.editors import tools

EDITOR_SETTINGS = {
    "chat.disableAIFeatures": True,
    "editor.inlineSuggest.enabled": True,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.minimap.enabled": False,
    "files.hotExit": "off",
    "security.workspace.trust.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
MACHINE_SETTINGS = {"workbench.welcomePage.walkthroughs.openOnInstall": False}
FLAGS = (
    "--auth=none",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
    "--disable-proxy",
    "--reconnection-grace-time=5",
)


@dataclass
class Workbench:
    """A running code-server.

    Attributes:
        url: Where it listens.
        folder: Everything of this one: `workspace`, `data`, `extensions`, `shots`.
        process: The server.
        config: What the scripts are told besides.
    """

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    extension: Path
    chromium: Path
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def shots(self) -> Path:
        return self.folder / "shots"

    def play(self, scenario: str, timeout: float = 120) -> None:
        """Runs a scenario of test/scenarios.mjs; fails with what it expected and did not see."""
        config = self.folder / "config.json"
        known = {"url": self.url, "workspace": str(self.workspace), "shots": str(self.shots)}
        config.write_text(json.dumps({**known, "chromium": str(self.chromium), **self.config}))
        script = self.extension / "test" / "browser.mjs"
        done = subprocess.run(
            [tools.node() / "node", script, scenario, config],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-1500:]


@contextlib.contextmanager
def running(
    folder: Path,
    *,
    code_server: Path,
    chromium: Path,
    extension: Path,
    machine: Mapping[str, Any],
    files: Mapping[str, str],
    vsix: tuple[Path, ...] = (),
    options: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Workbench]:
    """Starts code-server with a fresh profile; ends it and all that it has started."""
    for name in ("workspace", "data/User", "data/Machine", "extensions", "shots"):
        (folder / name).mkdir(parents=True)
    (folder / "data/User/settings.json").write_text(json.dumps(EDITOR_SETTINGS))
    (folder / "data/Machine/settings.json").write_text(json.dumps({**MACHINE_SETTINGS, **machine}))
    (folder / "config.yaml").write_text("")
    for name, text in files.items():
        (folder / "workspace" / name).write_text(text, encoding="utf-8", newline="")
    entry = [str(tools.node() / "node"), str(code_server / "out" / "node" / "entry.js")]
    profile = [f"--config={folder}/config.yaml", f"--user-data-dir={folder}/data"]
    start = [*entry, *profile, f"--extensions-dir={folder}/extensions"]
    for package in vsix:
        tools.command([*start, "--install-extension", package], env=tools.node_environment())
    port = free_port()
    process = subprocess.Popen(
        [*start, *FLAGS, *options, f"--bind-addr=127.0.0.1:{port}", str(folder / "workspace")],
        stdout=(folder / "code-server.log").open("wb"),
        stderr=subprocess.STDOUT,
        env={**tools.node_environment(), **(environment or {})},
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield Workbench(url, folder, process, extension, chromium)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"{url}/healthz", timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError("code-server did not start")
