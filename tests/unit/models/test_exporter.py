from __future__ import annotations

from pathlib import Path

import pytest
from fimble.errors import ExportError
from fimble.models import exporter


@pytest.fixture
def fake_exporter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `fimble_export` that comes first on the path of the child process."""
    main = tmp_path / "fimble_export" / "__main__.py"
    main.parent.mkdir()
    (main.parent / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return main


def test_the_exporter_gets_source_folder_and_name(
    fake_exporter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_exporter.write_text("import sys; print('stage 1'); print(sys.argv[1:])")
    exporter.run(Path("in.gguf"), Path("out"), "tiny", "")
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "stage 1",
        str(["export", "in.gguf", "--out", "out", "--name", "tiny"]),
    ]


def test_the_exporter_gets_the_recipe(
    fake_exporter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_exporter.write_text("import sys; print(sys.argv[-2:])")
    exporter.run(Path("in.gguf"), Path("out"), "tiny", "small")
    assert capfd.readouterr().err.strip() == str(["--recipe", "small"])


def test_a_failing_exporter_is_an_error(fake_exporter: Path) -> None:
    fake_exporter.write_text("raise SystemExit(3)")
    with pytest.raises(ExportError, match="exit status 3"):
        exporter.run(Path("in.gguf"), Path("out"), "tiny", "")


def test_nothing_of_the_folder_it_is_run_in_is_imported(
    fake_exporter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_exporter.write_text("import json, torch_of_a_workspace_that_is_not_there")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for name in ("json", "torch_of_a_workspace_that_is_not_there", "fimble_export"):
        (workspace / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(workspace)
    with pytest.raises(ExportError):
        exporter.run(Path("in.gguf"), Path("out"), "tiny", "")
    assert not (tmp_path / "ran").exists()
