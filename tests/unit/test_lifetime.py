import contextlib
import subprocess
import sys
import threading

import psutil
import pytest
from fimble import lifetime


@pytest.fixture
def client() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


def test_the_process_leaves_when_its_client_is_gone(client: "subprocess.Popen[bytes]") -> None:
    left, statuses = threading.Event(), list[int]()

    def leave(status: int) -> None:
        statuses.append(status)
        left.set()

    lifetime.end_with(client.pid, poll_seconds=0.01, leave=leave)
    assert not left.wait(0.1)
    client.kill()
    assert left.wait(30)
    assert statuses == [1]
    client.communicate()


@pytest.mark.parametrize("process_id", [None, 0, 2**22 + 1, -1])
def test_a_client_elsewhere_is_not_watched(process_id: int | None) -> None:
    before = threading.active_count()
    lifetime.end_with(process_id)
    assert threading.active_count() == before


def test_threads_that_do_not_end_are_left_behind() -> None:
    left = threading.Event()
    lifetime.end_soon(seconds=0.01, leave=lambda status: left.set())
    assert left.wait(30)


def test_what_the_process_has_started_ends_with_it() -> None:
    code = (
        "import subprocess, sys\n"
        "from fimble import lifetime\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "lifetime.leave_at_once(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == 3
    child = int(done.stdout)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.wait_procs([psutil.Process(child)], timeout=30)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
