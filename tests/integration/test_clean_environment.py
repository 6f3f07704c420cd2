"""The base install, in an environment of its own: no torch, no exporter's libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import importlib.util, pathlib
import fimble.lsp.server, fimble.cli.serve, fimble.completion.pipeline
from fimble.engine.ort_model import OrtModel
from fimble.errors import RuntimeMissingError
from fimble.generation.testing import manifest
heavy = ("torch", "transformers", "onnx", "onnxruntime")
assert not [name for name in heavy if importlib.util.find_spec(name)]
try:
    OrtModel(pathlib.Path("x"), manifest(), threads=1, capacity=8, slots=1)
except RuntimeMissingError as error:
    print(error)
"""


@pytest.mark.slow
def test_the_base_install_serves_and_says_what_is_missing(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "v")], check=True)
    python = tmp_path / "v" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", str(ROOT)]
    subprocess.run(install, check=True, capture_output=True)
    done = subprocess.run(
        [str(python), "-c", CODE], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert 'pip install "fimble[cpu]"' in done.stdout
