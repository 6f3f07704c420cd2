import subprocess
import sys
import threading

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
