"""Packing in processes of its own: stopped, killed, without space, two at once, without torch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fimble.engine import kernels
from fimble.models import package
from fimble.models.packing import template

from tests.unit.models.fakes import tree
from tests.unit.models.packing import sized_gguf, small_gguf

NAME = "smollm2-135m"
INSTALL = (sys.executable, "-m", "fimble", "model", "install", "--path")
FILES = {"manifest.json", "model.onnx", "model.onnx.data", "tokenizer.json"}
_PATIENCE = 60.0

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and limits")

WITHOUT = """
from importlib.machinery import PathFinder
hidden = ('torch', 'onnx', 'onnxscript', 'gguf', 'safetensors', 'transformers')
find = PathFinder.find_spec
def find_others(name, path=None, target=None):
    return None if name.partition('.')[0] in hidden else find(name, path, target)
PathFinder.find_spec = staticmethod(find_others)
"""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sized_gguf.write(NAME, tmp_path_factory.mktemp("sized") / "zeros.gguf")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def environment(tmp_path: Path, cache: Path) -> dict[str, str]:
    """Nothing of the exporter can be imported, in no process."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WITHOUT)
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "FIMBLE_CACHE": str(cache), "PYTHONPATH": path}


def installed(cache: Path, name: str = "zeros") -> set[str]:
    return {path.name for path in (cache / "models" / name).iterdir()}


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


def begun(cache: Path) -> bool:
    return any((cache / "staging").glob("*/package/model.onnx.data"))


def as_in_a_terminal() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_model_is_installed_from_disk_without_the_exporter(
    environment: dict[str, str], cache: Path, checkpoint: Path
) -> None:
    done = subprocess.run(
        [*INSTALL, str(checkpoint)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert installed(cache) == FILES
    manifest = package.check(cache / "models" / "zeros")
    assert manifest.provenance.recipe == template.recipes()[NAME]
    assert manifest.provenance.sources[0].uri == ""  # other weights than those that are published
    assert ("Fimble's" in done.stderr) == (manifest.graph.operators == "onnxruntime")
    if kernels.instructions():
        assert manifest.graph.operators in ("fimble", "onnxruntime")
    assert list((cache / "staging").iterdir()) == []


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)], ids=str
)
def test_stopped_it_leaves_no_model_and_no_process(
    environment: dict[str, str], cache: Path, checkpoint: Path, how: signal.Signals, status: int
) -> None:
    process = subprocess.Popen(
        [*INSTALL, str(checkpoint)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_in_a_terminal,
    )
    wait_for(lambda: begun(cache))
    process.send_signal(how)
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == status
    assert "Traceback" not in said
    assert not (cache / "models").exists() or list((cache / "models").iterdir()) == []
    size = written(cache)
    time.sleep(0.3)
    assert written(cache) == size  # nobody goes on
    again = subprocess.run([*INSTALL, str(checkpoint)], env=environment, capture_output=True)
    assert again.returncode == 0
    assert installed(cache) == FILES
    assert list((cache / "staging").iterdir()) == []


def written(cache: Path) -> list[tuple[str, int]]:
    return sorted((str(p), p.stat().st_blocks) for p in cache.rglob("*") if p.is_file())


def test_without_space_it_says_so_and_leaves_nothing(
    environment: dict[str, str], cache: Path, checkpoint: Path
) -> None:
    resource = pytest.importorskip("resource")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20))

    done = subprocess.run(
        [*INSTALL, str(checkpoint)],
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=small,
    )
    assert done.returncode == 1
    assert "The package of zeros cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(cache) == set()


def test_two_at_once_make_it_once(
    environment: dict[str, str], cache: Path, checkpoint: Path
) -> None:
    both = [
        subprocess.Popen([*INSTALL, str(checkpoint)], env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=2 * _PATIENCE)[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [0, 2]
    assert sum("Packing zeros" in text for text in said) == 1
    assert sum("is installed already" in text for text in said) == 1
    assert installed(cache) == FILES


def test_what_no_template_fits_names_the_exporter(
    environment: dict[str, str], cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "tiny.gguf").write_bytes(small_gguf.tiny_llama())
    done = subprocess.run(
        [*INSTALL, str(tmp_path / "tiny.gguf")], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert "no template for tiny.gguf, a llama of 1 blocks, 32 wide" in lines[0]
    assert "fimble[export]" in lines[1]
    assert len(lines) == 2
    assert tree(cache) == set()


def test_half_a_file_is_refused_in_one_sentence(
    environment: dict[str, str], cache: Path, checkpoint: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.gguf"
    with checkpoint.open("rb") as whole:
        half.write_bytes(whole.read(1 << 20))
    done = subprocess.run([*INSTALL, str(half)], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "half.gguf is not a whole GGUF model: it ends before" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(cache) == set()


PEAK = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""In a small process between: a child's peak is never below that of who has forked it."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peaks are told in kilobytes")
@pytest.mark.parametrize(
    ("name", "gigabytes"), [("qwen2.5-coder-0.5b", 1.2), ("qwen2.5-coder-1.5b", 2.5)]
)
def test_memory_has_a_bound(
    environment: dict[str, str], tmp_path: Path, name: str, gigabytes: float
) -> None:
    checkpoint = sized_gguf.write(name, tmp_path / "zeros.gguf")
    pack = [sys.executable, "-m", "fimble.models.packing", str(checkpoint), str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *pack, name, name],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    status, kilobytes = map(int, done.stdout.split())
    assert status == 0, done.stderr
    assert kilobytes < gigabytes * 1e6
    (tmp_path / "out" / "model.onnx.data").unlink()
