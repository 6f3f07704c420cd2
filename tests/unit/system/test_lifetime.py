import subprocess
import sys
import threading
import time

import psutil
import pytest
from fimble.system import lifetime


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


def test_what_runs_for_the_process_ends_with_it() -> None:
    script = (
        "import subprocess, sys, threading\n"
        "from fimble.system import lifetime\n"
        "wait = 'import time; time.sleep(300)'\n"
        "other = subprocess.Popen([sys.executable, '-c', wait], start_new_session=True)\n"
        "print(other.pid, flush=True)\n"
        "lifetime.end_now(7)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 7, done.stderr
    until = time.monotonic() + 30
    while psutil.pid_exists(int(done.stdout)) and not _is_dead(int(done.stdout)):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_dead(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
