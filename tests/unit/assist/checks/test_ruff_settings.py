"""A project's configuration cannot silence ruff, make it write, or take the machine's memory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from fimble.assist.checks import NoAnswer, RuffChecker, process
from fimble.cli import main as cli
from fimble.core.text.snapshot import Snapshot

TEXT = "import os\n\n\ndef f(a=[]):\n    return a\n"
SILENCERS = {
    "fix": "fix = true",
    "fix-only": "fix-only = true",
    "all fixes": "fix = true\nfix-only = true\nunsafe-fixes = true\nshow-fixes = true",
    "output-format": "output-format = 'grouped'",
    "cache-dir": "cache-dir = 'here'",
    "exclude": "exclude = ['*.py', '**']\nforce-exclude = true",
    "extend-exclude": "extend-exclude = ['m.py']\nforce-exclude = true",
    "include": "include = ['x.py']\nforce-exclude = true",
    "lint.exclude": "force-exclude = true\n[lint]\nexclude = ['m.py']",
    "respect-gitignore": "respect-gitignore = true\nforce-exclude = true",
    "extension": "extension = {py = 'ipynb'}",
    "select": "[lint]\nselect = []",
    "ignore": "[lint]\nignore = ['ALL']",
    "extend-ignore": "[lint]\nextend-ignore = ['F']",
    "fixable": "[lint]\nfixable = []\nunfixable = ['ALL']",
    "preview": "preview = true\n[lint]\npreview = true\nexplicit-preview-rules = true",
    "extend": "extend = 'sub/ruff.toml'",
    "target-version": "target-version = 'py37'",
    "per-file-target-version": "per-file-target-version = {'m.py' = 'py37'}",
    "external": "[lint]\nexternal = ['F401']\ntask-tags = ['F401']",
    "namespace-packages": "namespace-packages = ['.']\nsrc = ['/']",
    "format": "[format]\nexclude = ['m.py']\npreview = true",
    "analyze": "[analyze]\nexclude = ['m.py']\ndetect-string-imports = true",
}
REFUSED = {
    "required-version": ("required-version = '==0.0.1'", "does not match the running version"),
    "no TOML": ("not toml [", "key with no value"),
    "an unknown setting": ("nonsense = 1", "unknown field `nonsense`"),
    "an unknown rule": ("[lint]\nselect = ['XYZ123']", "Unknown rule selector `XYZ123`"),
    "a wrong value": ("target-version = 'py2'", "unknown variant `py2`"),
    "nothing to extend": ("extend = 'gone.toml'", "No such file"),
    "output-file": ("output-file = 'out.txt'", "unknown field `output-file`"),
}


def snapshot(folder: Path) -> Snapshot:
    path = folder / "m.py"
    path.write_text(TEXT)
    return Snapshot(path.as_uri(), "m.py", "python", 1, TEXT)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", ["ruff.toml", ".ruff.toml", "pyproject.toml"])
@pytest.mark.parametrize("settings", SILENCERS.values(), ids=SILENCERS)
def test_no_setting_silences_ruff(tmp_path: Path, settings: str, place: str) -> None:
    if place == "pyproject.toml":
        lines = [f"[tool.ruff.{s[1:]}" if s[:1] == "[" else s for s in settings.split("\n")]
        settings = "\n".join(["[tool.ruff]", *lines])
    (tmp_path / place).write_text(settings)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "ruff.toml").write_text("fix = true\nexclude = ['*']\nforce-exclude = true")
    asked = snapshot(tmp_path)
    before = files(tmp_path)
    for kind in ("", "B006"):
        found = RuffChecker().check(asked, kind)
        assert not isinstance(found, NoAnswer), found.reason
        codes = {diagnostic.code for diagnostic in found}
        assert codes >= {"F401", kind} - {""}, codes
    assert files(tmp_path) == before


def test_a_project_may_still_ignore_rules_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("[lint.per-file-ignores]\n'm.py' = ['F401', 'B']")
    assert RuffChecker().check(snapshot(tmp_path)) == ()


@pytest.mark.parametrize(("settings", "said"), REFUSED.values(), ids=REFUSED)
def test_a_configuration_that_ruff_refuses_is_told(
    tmp_path: Path, settings: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ruff.toml").write_text(settings)
    answer = RuffChecker().check(asked := snapshot(tmp_path))
    assert isinstance(answer, NoAnswer)
    assert said in answer.reason
    assert answer.reason.isprintable()
    assert len(answer.reason) < 500
    assert cli.main(["fix", str(tmp_path / "m.py"), "--no-model"]) == 0
    assert f"ruff gave no answer: {answer.reason}" in capsys.readouterr().err
    assert asked.text == (tmp_path / "m.py").read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RUFF_OUTPUT_FILE", "out.txt"),
        ("RUFF_OUTPUT_FORMAT", "grouped"),
        ("RUFF_CACHE_DIR", "cache"),
        ("RUFF_NO_CACHE", "false"),
        ("RUFF_CONFIG", "nothing.toml"),
    ],
)
def test_no_variable_silences_ruff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    before = files(tmp_path)
    found = RuffChecker().check(asked := snapshot(tmp_path))
    assert "F401" in [diagnostic.code for diagnostic in found or ()]
    assert files(tmp_path) == before | {str(tmp_path / "m.py"): asked.text.encode()}


def test_the_first_fix_of_a_project_that_fixes_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ruff.toml").write_text("fix = true\nfix-only = true\n")
    path = tmp_path / "m.py"
    path.write_text("import os\n")
    assert cli.main(["fix", str(path), "--no-model", "--write"]) == 0
    assert path.read_text() == ""
    assert "verified by ruff" in capsys.readouterr().err


def test_a_program_that_takes_too_much_memory_has_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system refuses nothing, it is looked at."""
    monkeypatch.setattr(process, "_MEMORY", 100 << 20)
    code = "import time\nkept = []\nwhile True:\n    kept.append(bytearray(1 << 22))\n    time.sleep(.01)"
    command = [sys.executable, "-c", code]
    answer = process.run(command, "", folder=tmp_path, limit_s=60)
    assert answer == NoAnswer("it took more than 100 MiB of memory")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_a_configuration_without_end_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("extend = '/dev/zero'")
    answer = RuffChecker().check(snapshot(tmp_path))
    assert isinstance(answer, NoAnswer)
    assert answer.reason


def test_ruff_of_the_workspace_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that of its environment, of its folder, or of a relative entry of the PATH."""
    for folder in (tmp_path / ".venv" / "bin", tmp_path):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ruff").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (folder / "ruff").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", ".venv/bin", os.environ["PATH"]]))
    found = RuffChecker().check(snapshot(tmp_path))
    assert "F401" in [diagnostic.code for diagnostic in found or ()]
    assert not (tmp_path / "ran").exists()
