"""A folder full of modules is no part of the programs that are started in it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from fimble.cli.diagnosis import probe_runtime
from fimble.models.wheels import bundled_pip, pip_command
from fimble.system import interpreter

OURS = ("fimble", "fimble_export", "pip", "ruff", "pygls", "tree_sitter", "tokenizers", "httpx")
HEAVY = ("numpy", "onnxruntime", "onnx", "torch", "matplotlib", "rich", "platformdirs", "psutil")
HOSTILE = [*sorted(sys.stdlib_module_names - set(sys.builtin_module_names)), *OURS, *HEAVY]


class Folder:
    """A current folder with a module of every name that somebody could look for."""

    def __init__(self, path: Path, names: Sequence[str] = HOSTILE) -> None:
        self.path, self._canaries = path, path.parent / "canaries"
        self._canaries.mkdir()
        path.mkdir()
        for name in names:
            code = f"open({str(self._canaries / name)!r}, 'w').close()\n"
            (path / f"{name}.py").write_text(code + "raise ImportError('hostile')\n")

    def ran(self) -> list[str]:
        return sorted(canary.name for canary in self._canaries.iterdir())

    def run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=self.path,
            env={**os.environ, "FIMBLE_CACHE": str(self._canaries.parent / "cache")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def hostile(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "hostile")


def test_the_attack_works_where_nothing_is_done_against_it(hostile: Folder) -> None:
    hostile.run([sys.executable, "-c", "import json"])
    hostile.run([sys.executable, "-m", "pip", "--version"])
    assert "json" in hostile.ran()
    assert len(hostile.ran()) > 1


@pytest.mark.parametrize(
    "arguments",
    [["doctor"], ["doctor", "--json"], ["model", "list"], ["serve", "--stdio"], ["--version"]],
    ids=" ".join,
)
def test_a_command_runs_nothing_of_the_current_folder(
    hostile: Folder, arguments: list[str]
) -> None:
    done = hostile.run([*interpreter.command("-m", "fimble"), *arguments])
    assert hostile.ran() == []
    assert "hostile" not in done.stdout + done.stderr


def test_the_runtime_is_asked_without_the_current_folder(
    hostile: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hostile.path)
    said = probe_runtime()
    assert hostile.ran() == []
    assert "hostile" not in said.error


@pytest.mark.parametrize("find", [pip_command, bundled_pip])
def test_pip_starts_without_the_current_folder(hostile: Folder, find: object) -> None:
    pip = find() if callable(find) else None
    if pip is None:
        pytest.skip("this Python comes without ensurepip's pip")
    done = hostile.run([*pip, "--version"])
    assert done.stdout.startswith("pip ")
    assert hostile.ran() == []


def test_what_is_started_plainly_forgets_the_current_folder(tmp_path: Path) -> None:
    """Python has imported `runpy`'s own modules by then; those that we look for are not there."""
    names = ["json", "argparse", "logging", "random", "tempfile", "platform", *OURS[2:], *HEAVY]
    hostile = Folder(tmp_path / "hostile", names)
    done = hostile.run([sys.executable, "-m", "fimble", "doctor"])
    assert "Fimble" in done.stdout
    assert hostile.ran() == []


@pytest.mark.parametrize("option", ["-P", "-I"])
def test_what_a_process_ignores_its_children_ignore(tmp_path: Path, option: str) -> None:
    server = Path(interpreter.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(server)!r}); from fimble.system import interpreter"
    told = "print(interpreter.safety())"
    done = subprocess.run(
        [sys.executable, option, "-c", f"{code}; {told}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == option


@pytest.mark.export
def test_the_exporter_runs_nothing_of_the_current_folder(
    hostile: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fimble.models import exporter
    from fimble.models.packing import kernel_check

    from tests.tiny_model import write_tiny_checkpoint

    source = write_tiny_checkpoint(tmp_path / "tiny")
    monkeypatch.chdir(hostile.path)
    kernel_check.why_not()
    exporter.run(source, tmp_path / "out", "tiny", "")
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert hostile.ran() == []
