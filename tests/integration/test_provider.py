import pytest
from fimble.cli.main import main

from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export


def test_a_provider_that_is_not_installed_is_refused_in_one_line(tmp_path, capsys):
    package = export_tiny(write_tiny_checkpoint(tmp_path / "tiny"))
    (tmp_path / "a.py").write_text("x = █")
    place = f"{tmp_path / 'a.py'}:cursor"
    assert main(["complete", place, "--model", str(package), "--provider", "openvino"]) == 1
    assert "no provider openvino" in capsys.readouterr().err


def test_a_float16_package_runs_on_the_cpu(tmp_path, capsys):
    package = export_tiny(write_tiny_checkpoint(tmp_path / "tiny"), scheme="fp16", target="cuda")
    (tmp_path / "a.py").write_text("x = █")
    place = f"{tmp_path / 'a.py'}:cursor"
    assert main(["complete", place, "--model", str(package), "--json"]) == 0
    assert '"finish_reason"' in capsys.readouterr().out
