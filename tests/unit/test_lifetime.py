import subprocess
import sys
import threading

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
