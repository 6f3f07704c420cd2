"""Hostile workspaces, each opened by a real `fimble serve --stdio` with a real, tiny model.

A normal run opens one in six. All of them, in their full size and with the exact limits, take ten
minutes: `FIMBLE_HOSTILE=full pytest tests/hostile -s`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the export extra")
if sys.platform != "linux":
    pytest.skip("pipes, devices and /proc of Linux", allow_module_level=True)

from tests.hostile import driver, workspaces
from tests.hostile.driver import Measured, Run
from tests.hostile.workspaces import WORKSPACES, Hostile, Site
from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export

FULL = os.environ.get("FIMBLE_HOSTILE") == "full"
LATER_S = 4.0
"""An answer may come so much later than in a normal workspace: machines are shared."""
TOOLS_S = 30.0
"""For an assist where a tool waits for ever: it is asked twice, and stopped."""
MORE_BYTES = 50 << 20
TOOLS_BYTES = 320 << 20
"""For ruff, which the server limits: it is another's parser that meets the same text."""
GONE_S = 2.0 if FULL else 5.0
EVERY = 1 if FULL else 6
"""One in so many is opened in a normal run, which should not take minutes."""
NORMAL = Hostile("normal", workspaces.normal)


@dataclass(frozen=True)
class Baseline:
    """What a normal workspace takes, at most.

    Attributes:
        model: The package.
        seconds: Of the longest answer.
        peak: Bytes of memory.
    """

    model: Path
    seconds: float
    peak: int


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_checkpoint(folder / "checkpoint")
    model = export_tiny(folder / "checkpoint")
    runs = [opened(NORMAL, model, folder / str(n))[0] for n in range(2)]
    assert not any(run.unanswered or run.errors for run in runs), runs
    slowest = max(max(run.seconds.values()) for run in runs)
    return Baseline(model, slowest, max(run.peak for run in runs))


def opened(hostile: Hostile, model: Path, folder: Path) -> tuple[Measured, Site]:
    """Makes the workspace, works in it, and kills the editor."""
    site = Site(folder / "ws", folder / "outside", folder / "home", folder / "pwned", FULL)
    for path in (site.root, site.outside, site.home):
        path.mkdir(parents=True)
    document = hostile.make(site) or site.document()
    command: tuple[str, ...] | None = (*driver.SERVER, str(model))
    if hostile.unprivileged and command:
        command = workspaces.without_rights(command)
        if command is None:
            pytest.skip("root's rights cannot be given up here")
    run = Run(model, site.home, site.root, command)
    try:
        driver.begin(run, hostile.roots(site.root), hostile.options)
        driver.visit(run, document)
    finally:
        measured = run.end()
    return measured, site


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    subprocess.run(["chmod", "-R", "u+rwX", str(tmp_path)], check=False, capture_output=True)
    subprocess.run(["rm", "-rf", str(tmp_path)], check=False)


@pytest.mark.parametrize("hostile", WORKSPACES[::EVERY], ids=lambda hostile: hostile.name)
def test_a_hostile_workspace_hurts_nobody(
    hostile: Hostile, baseline: Baseline, folder: Path
) -> None:
    measured, site = opened(hostile, baseline.model, folder)
    assists = {name: s for name, s in measured.seconds.items() if name.startswith("resolve")}
    answers = {name: s for name, s in measured.seconds.items() if name not in assists}
    slowest = max(answers.values(), default=0.0)
    print(
        f"{hostile.name}: slowest answer {slowest:.2f} s (normal {baseline.seconds:.2f}), "
        f"{measured.peak >> 20} MB (normal {baseline.peak >> 20}), tools {measured.tools >> 20} MB, gone in {measured.gone:.2f} s"
    )
    assert measured.unanswered == []
    assert not {"initialize", "completion elsewhere"} & measured.errors.keys(), measured.errors
    assert not [message for message in measured.said if "does not load" in message]
    assert not site.pwned.exists(), "a program of the workspace ran"
    assert not (site.outside / "cache").exists()
    assert measured.answered_twice == 0
    assert slowest <= baseline.seconds + LATER_S, measured.seconds
    assert max(assists.values(), default=0.0) <= TOOLS_S, measured.seconds
    assert measured.peak <= baseline.peak + MORE_BYTES + hostile.more
    assert measured.tools <= TOOLS_BYTES
    assert measured.gone <= GONE_S


def test_there_are_forty_hostile_workspaces_and_each_has_a_name() -> None:
    assert len({hostile.name for hostile in WORKSPACES}) == len(WORKSPACES) >= 40


def test_a_server_that_is_stuck_is_noticed(baseline: Baseline, folder: Path) -> None:
    """The measurements can fail: a program that hears and answers nothing, and outlives its editor."""
    code = "import time, subprocess, sys; x = bytearray(300 << 20); time.sleep(60)"
    driver_run = Run(baseline.model, folder, folder, (sys.executable, "-c", code))
    driver_run.answer("initialize", "initialize", {}, 3.0)
    measured = driver_run.end(patience=1.0)
    assert measured.unanswered == ["initialize"]
    assert measured.peak > baseline.peak + MORE_BYTES
    assert measured.gone > 0.9
    shutil.rmtree(folder, ignore_errors=True)


def test_what_the_server_has_started_ends_with_the_editor(baseline: Baseline, folder: Path) -> None:
    """A tool that hangs is no reason to live on, for neither of them."""
    site = Site(folder / "ws", folder / "outside", folder / "home", folder / "pwned", FULL)
    for path in (site.root, site.outside, site.home):
        path.mkdir(parents=True)
    hangs = next(hostile for hostile in WORKSPACES if hostile.name == "ruff extends a pipe")
    hangs.make(site)
    run = Run(baseline.model, site.home, site.root)
    try:
        driver.begin(run, [site.root.as_uri()])
        started = driver.starts_a_tool(run, site.document())
    finally:
        measured = run.end()
    assert started, "the tool has ended by itself: this test has nothing to look at"
    assert measured.gone <= GONE_S


def test_the_server_ends_though_another_process_holds_its_pipes(
    baseline: Baseline, folder: Path
) -> None:
    run = Run(baseline.model, folder, folder)
    driver.begin(run, [folder.as_uri()])
    run.hold_pipes()
    measured = run.end()
    assert measured.gone <= GONE_S
