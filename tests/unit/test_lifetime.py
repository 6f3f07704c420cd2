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


def test_the_end_of_the_clients_process_is_noticed(client: "subprocess.Popen[bytes]") -> None:
    gone = threading.Event()
    lifetime.end_with(client.pid, gone.set, poll_seconds=0.01)
    assert not gone.wait(0.1)
    client.kill()
    assert gone.wait(30)
    client.communicate()


@pytest.mark.parametrize("process_id", [None, 0, 2**22 + 1, -1])
def test_a_client_elsewhere_is_not_watched(process_id: int | None) -> None:
    before = threading.active_count()
    lifetime.end_with(process_id, lambda: None)
    assert threading.active_count() == before


def test_threads_that_do_not_end_are_left_behind_with_the_right_status() -> None:
    left, statuses = threading.Event(), list[int]()

    def leave(status: int) -> None:
        statuses.append(status)
        left.set()

    lifetime.end_soon(lambda: 7, seconds=0.01, leave=leave)
    assert left.wait(30)
    assert statuses == [7]


def test_what_the_process_has_started_ends_with_it() -> None:
    code = (
        "import subprocess, sys\n"
        "from fimble import lifetime\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "lifetime.end_now(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == 3
    child = int(done.stdout)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.wait_procs([psutil.Process(child)], timeout=30)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
