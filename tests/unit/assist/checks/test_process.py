import sys
import time
from pathlib import Path

import pytest
from fimble.assist.checks import process

CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open("pids", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename("pids", "running")
time.sleep(60)
"""


def gone(pid: str) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_program_that_nobody_waits_for_ends_with_what_it_started(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD]
    stopped = (tmp_path / "running").exists
    assert not process.run(command, "", folder=tmp_path, limit_s=30, stopped=stopped)
    pids = (tmp_path / "running").read_text().split()
    while not all(map(gone, pids)):
        time.sleep(0.01)


def test_a_program_that_takes_too_long_has_no_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; print('late', flush=True); time.sleep(60)"]
    assert not process.run(command, "", folder=tmp_path, limit_s=0.2)


def test_long_input_and_slow_output_arrive_whole(tmp_path: Path) -> None:
    code = "import sys, time; time.sleep(0.3); t = sys.stdin.read(); print(len(t)); print(t[-3:])"
    text = "ä" * 300_000 + "end"
    printed = process.run([sys.executable, "-c", code], text, folder=tmp_path, limit_s=30)
    assert isinstance(printed, process.Printed)
    assert printed.text.split() == ["300003", "end"]


def test_what_is_not_there_or_fails_has_no_answer(tmp_path: Path) -> None:
    assert not process.run([str(tmp_path / "none")], "", folder=tmp_path, limit_s=5)
    failing = [sys.executable, "-c", "import sys; sys.exit(5)"]
    assert not process.run(failing, "", folder=tmp_path, limit_s=30)
    complaint = [sys.executable, "-c", "import sys; sys.exit('a fault')"]
    found = process.run(complaint, "", folder=tmp_path, limit_s=30, errors=True)
    assert found == process.Printed("a fault\n", 1, "a fault")
