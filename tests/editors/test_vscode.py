"""The extension in VS Code: units, the extension host, and what a user sees in a browser."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fimble.completion.statistics.database import read

from tests.editors import tools
from tests.editors.code_server import Workbench, running
from tests.editors.conftest import SERVER

SHAPES = "import math\n\n"
ANGLES = "def degrees(radians):\n    return radians * 180 / math.pi\n"
INVENTORY = '''"""Items of a shop and what they are worth."""

from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: float
    quantity: int

    def total_value(self) -> float:
        {cursor}


def load(path: str) -> list[Item]:
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    return [Item(**row) for row in rows]
'''
RENAMED = """\
def area(side):
    doubled = side * side
    print(doubled)

    print(doubled)

    return doubled
"""
FILES = {
    "shapes.py": SHAPES,
    "angles.py": ANGLES,
    "renamed.py": RENAMED,
    "sizes.py": "def area(side):\n    return side * side\n",
    "calls.py": "from sizes import area\n\nprint(area(2))\n",
}
PICTURES = tools.ROOT / "docs" / "pictures"
RUFF = [sys.executable, "-m", "ruff"]
MACHINE = {"fimble.server.command": SERVER, "linter.command": RUFF}


@pytest.fixture(scope="session")
def vsix(bundle: Path) -> tuple[Path, ...]:
    """The extension, and a linter beside it, as users have one."""
    tools.npm(bundle, "package")
    linter = bundle / "dist" / "linter.vsix"
    vsce = [bundle / "node_modules" / ".bin" / "vsce", "package", "--allow-missing-repository"]
    here = bundle / "test" / "linter"
    tools.command([*vsce, "--skip-license", "-o", linter], cwd=here, env=tools.node_environment())
    return bundle / "dist" / "fimble.vsix", linter


@pytest.fixture
def workbench(
    tmp_path: Path,
    data: Path,
    code_server: Path,
    chromium: Path,
    bundle: Path,
    vsix: tuple[Path, ...],
) -> Iterator[Workbench]:
    """VS Code with the packaged extension and a scripted server."""
    with running(
        tmp_path / "w",
        code_server=code_server,
        chromium=chromium,
        extension=bundle,
        machine=MACHINE,
        files=FILES,
        vsix=vsix,
        environment=os.environ,
    ) as started:
        yield started


def test_the_types_hold(extension: Path) -> None:
    assert tools.npm(extension, "check") == ""


def test_units(extension: Path) -> None:
    assert "passed" in tools.npm(extension, "test")


def test_the_bundle_is_small(bundle: Path) -> None:
    assert (bundle / "dist" / "extension.js").stat().st_size <= 600_000


@pytest.mark.shows("VS Code", "positions")
@pytest.mark.shows("VS Code", "restart")
@pytest.mark.shows("VS Code", "suggestion")
def test_inside_the_extension_host(
    tmp_path: Path, data: Path, code_server: Path, chromium: Path, bundle: Path
) -> None:
    esbuild = bundle / "node_modules" / ".bin" / "esbuild"
    flags = ["--bundle", "--platform=node", "--external:vscode", "--outfile=dist/host.js"]
    tools.command([esbuild, "test/host.ts", *flags], cwd=bundle, env=tools.node_environment())
    result = tmp_path / "result.json"
    with running(
        tmp_path / "w",
        code_server=code_server,
        chromium=chromium,
        extension=bundle,
        machine=MACHINE,
        files={"shapes.py": SHAPES},
        options=("--vscode-option", "enable-smoke-test-driver"),
        environment={"FIMBLE_RESULT": str(result), "FIMBLE_DATA": str(data)},
    ) as workbench:
        workbench.config = {
            "extension": str(bundle),
            "tests": str(bundle / "dist" / "host.js"),
            "result": str(result),
        }
        workbench.play("host")
    said: dict[str, Any] = json.loads(result.read_text())
    assert len(said["passed"]) == 6
    print(f"activation {said['activationMs']:.1f} ms")


@pytest.mark.shows("VS Code", "suggestion")
def test_ghost_text_is_seen_and_taken(workbench: Workbench) -> None:
    workbench.play("suggestion")
    started = psutil.Process(workbench.process.pid).children(recursive=True)
    servers = [child for child in started if "scripted_server" in " ".join(child.cmdline())]
    assert servers
    for server in servers:  # `python -m` would take its modules from there
        assert not Path(server.cwd()).is_relative_to(workbench.workspace)


@pytest.mark.shows("VS Code", "quick fix")
def test_a_quick_fix_is_seen_taken_and_undone_in_one_step(workbench: Workbench) -> None:
    workbench.play("quickFix")


@pytest.mark.shows("VS Code", "docstring")
def test_a_docstring_is_written_and_undone_in_one_step(workbench: Workbench) -> None:
    workbench.play("docstring")


@pytest.mark.shows("VS Code", "command")
@pytest.mark.shows("VS Code", "statistics")
def test_the_menu_and_the_statistics(workbench: Workbench) -> None:
    workbench.play("menu")


@pytest.mark.shows("VS Code", "restart")
def test_a_killed_server_comes_back_and_a_killed_extension_host_takes_it_along(
    workbench: Workbench,
) -> None:
    workbench.config = {"pid": workbench.process.pid}
    workbench.play("killed")
    workbench.play("suggestion")


@pytest.mark.shows("VS Code", "next edit")
def test_a_rename_by_typing_is_gone_through_by_tab(
    workbench: Workbench, pytestconfig: pytest.Config
) -> None:
    workbench.play("nextEdits")
    if pytestconfig.getoption("--pictures", default=False):
        shutil.copy(workbench.shots / "next-edit.png", PICTURES)


def test_tab_pressed_in_a_row_takes_next_edits_and_indents_nothing(workbench: Workbench) -> None:
    workbench.play("nextEditsInARow")


def test_a_changed_signature_is_followed_into_another_file(workbench: Workbench) -> None:
    workbench.play("nextEditsElsewhere")


def test_all_edits_of_a_rename_are_taken_at_once_after_they_were_listed(
    workbench: Workbench,
) -> None:
    workbench.play("nextEditsAtOnce")


def test_escape_ends_next_edits_and_tab_indents_where_lines_begin(workbench: Workbench) -> None:
    workbench.play("nextEditsEnded")


@pytest.mark.model
def test_the_real_model_in_vscode(
    tmp_path: Path,
    data: Path,
    code_server: Path,
    chromium: Path,
    bundle: Path,
    vsix: tuple[Path, ...],
    pytestconfig: pytest.Config,
) -> None:
    """With `--pictures` the pictures of the README are taken anew from this run."""
    machine = {**MACHINE, "fimble.server.command": [sys.executable, "-m", "fimble"]}
    with running(
        tmp_path / "w",
        code_server=code_server,
        chromium=chromium,
        extension=bundle,
        machine=machine,
        files={"inventory.py": INVENTORY.format(cursor="")},
        vsix=vsix,
        environment=os.environ,
    ) as workbench:
        workbench.play("showcase", timeout=300)
        if pytestconfig.getoption("--pictures", default=False):
            for picture in ("suggestion", "quick-fix", "docstring"):
                shutil.copy(workbench.shots / f"{picture}.png", PICTURES)


@pytest.mark.slow
def test_a_newcomer_reaches_a_suggestion_by_the_walkthrough_alone(
    tmp_path: Path, code_server: Path, chromium: Path, bundle: Path, pytestconfig: pytest.Config
) -> None:
    """Installs everything as a user would: the server, torch, the model's weights, its export."""
    if not pytestconfig.getoption("--newcomer", default=False):
        pytest.skip("downloads about a gigabyte: asked for by --newcomer")
    wheels = bundle / "wheels"
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    tools.command([*pip, "--wheel-dir", wheels, tools.ROOT])
    tools.npm(bundle, "package")
    folders = {"FIMBLE_DATA": str(tmp_path / "data"), "FIMBLE_CACHE": str(tmp_path / "cache")}
    with running(
        tmp_path / "w",
        code_server=code_server,
        chromium=chromium,
        extension=bundle,
        machine={"workbench.welcomePage.walkthroughs.openOnInstall": True},
        files={"notes.txt": ""},
        vsix=(bundle / "dist" / "fimble.vsix",),
        environment={**os.environ, **folders},
    ) as workbench:
        workbench.play("newcomer", timeout=1200)
    (outcome,) = [found for found in read(tmp_path / "data" / "statistics.sqlite3") if found.shown]
    assert outcome.accepted_chars > 0
