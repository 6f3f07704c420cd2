"""The rules of docs/architecture.md that a machine can check."""

import ast
import os
import re
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_small(path: Path) -> None:
    """Forty lines, docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            described = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if described else 0
            assert (node.end_lineno or 0) - node.lineno + 1 - docstring <= 40, node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_hold_no_mutable_state(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))
    mutable = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, mutable):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            kept = [n for n in names if not n.lstrip("_")[:1].isupper()]
            assert set(kept) <= {"_log", "__all__"}, kept


def test_nothing_committed_names_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hosts = "|".join(("pypi", "pythonhosted", "npmjs", "debian"))
    named = re.compile(rf"/(?:root|work|home/\w+)/\w|://[^/\s\"']*(?:{hosts})\.(?:org|com)")
    for name in listed.stdout.splitlines():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found = named.search(text)
        assert found is None, (name, found and found[0])


def committed(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


RUNTIME = re.compile(r"\b(?:import|from) +(?:[\w.]+ *, *)*onnxruntime\b")


def test_only_one_file_imports_onnxruntime() -> None:
    """In tests, benchmarks and programs inside strings too: it comes after `import fimble`."""
    ours = "from fimble.engine.runtime import onnxruntime"
    found = {
        str(path.relative_to(ROOT))
        for path in committed("*.py")
        if RUNTIME.search(path.read_text(encoding="utf-8").replace(ours, ""))
    }
    assert found == {"server/fimble/engine/runtime.py"}


def test_other_programs_with_the_runtime_inside_are_silenced_too() -> None:
    for path in committed("benchmarks/*.py"):
        text = path.read_text(encoding="utf-8")
        if "import onnxruntime_genai" in text:
            assert (
                '["ORT_DISABLE_TELEMETRY"] = "1"' in text[: text.index("import onnxruntime_genai")]
            )


@pytest.mark.parametrize(
    "module", ["fimble.cli.main", "fimble_export.cli", "fimble_export.graph.kernel_check"]
)
def test_whatever_of_ours_is_imported_switches_telemetry_off(module: str) -> None:
    """Even where the user's environment says otherwise."""
    code = f"import importlib.util, os\nimportlib.util.find_spec('{module}')\n"
    code += "print(os.environ['ORT_DISABLE_TELEMETRY'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ORT_DISABLE_TELEMETRY": "0"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "1", done.stderr


def test_the_http_extra_is_needed_by_the_http_server_alone() -> None:
    extra = ("starlette", "uvicorn", "h11")
    for path in SERVER.rglob("*.py"):
        assert path.parent.name == "http" or not {
            name for name in imported(path) if name.startswith(extra)
        }, path


def test_what_is_pure_in_http_needs_no_extra() -> None:
    for name in ("protocol", "infill", "templates", "token", "local"):
        known = imported(SERVER / "http" / f"{name}.py")
        assert not {n for n in known if n.startswith(("starlette", "uvicorn", "h11"))}, name


def test_core_is_pure() -> None:
    impure = {"os", "io", "time", "logging", "threading", "asyncio", "numpy", "lsprotocol", "pygls"}
    for path in (SERVER / "core").rglob("*.py"):
        assert not imported(path) & impure, path


def test_lsp_types_stay_in_their_room() -> None:
    shell = {"documents.py", "convert.py", "server.py", "capabilities.py"}
    for path in SERVER.rglob("*.py"):
        inside = SERVER / "lsp" in path.parents
        if not inside or (path.parent.name not in ("features", "wire") and path.name not in shell):
            assert not {n for n in imported(path) if n.startswith(("lsprotocol", "pygls"))}, path


def test_serving_needs_neither_torch_nor_onnx() -> None:
    code = (
        "import sys, fimble.lsp.server, fimble.cli.serve, fimble.generation.local, fimble.engine.ort_model\n"
        "print([m for m in ('torch', 'transformers', 'onnx', 'fimble_export') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_is_started_without_the_current_folder(path: Path) -> None:
    """`python -m` and `-c` look for modules in the current folder, often a workspace, first."""
    if path == SERVER / "system" / "interpreter.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.List | ast.Tuple):
            said = [ast.unparse(part) for part in node.elts]
            assert said[:1] != ["sys.executable"], said
            starts = {"'-m'", "'-c'"} & set(said)
            assert not starts or "interpreter.safety()" in said, said


def test_the_extension_starts_python_isolated() -> None:
    for path in (ROOT / "editor-client" / "vscode" / "src").glob("*.ts"):
        for found in re.finditer(r"(.{0,10})'-[mc]'", path.read_text(encoding="utf-8")):
            assert found[1].endswith("ISOLATED, "), (path.name, found[0])
