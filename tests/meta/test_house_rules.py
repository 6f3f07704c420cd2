"""The rules of docs/architecture.md that a machine can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "server").rglob("*.py"), *(ROOT / "model_export").rglob("*.py")])
SERVER = ROOT / "server" / "fimble"


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return names | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_only_one_file_knows_onnxruntime() -> None:
    users = {p.name for p in SERVER.rglob("*.py") if "onnxruntime" in imported(p)}
    assert users == {"ort_model.py"}


def test_core_is_pure() -> None:
    impure = {"os", "io", "time", "logging", "threading", "asyncio", "numpy", "lsprotocol", "pygls"}
    for path in (SERVER / "core").rglob("*.py"):
        assert not imported(path) & impure, path


def test_lsp_types_stay_in_the_shell() -> None:
    shell = {"documents.py", "convert.py", "server.py", "capabilities.py"}
    for path in SERVER.rglob("*.py"):
        if path.parent.name != "features" and path.name not in shell:
            assert not {n for n in imported(path) if n.startswith(("lsprotocol", "pygls"))}, path


def test_serving_needs_neither_torch_nor_onnx() -> None:
    code = (
        "import sys, fimble.server, fimble.commands.serve, fimble.generation, fimble.engine.ort_model\n"
        "print([m for m in ('torch', 'transformers', 'onnx', 'fimble_export') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
