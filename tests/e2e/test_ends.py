"""However a client leaves, the server is gone at once, with status 0 or 1 as LSP says."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.ending import WAYS, Leaver, Way, message, open_and_ask

SCRIPT = str(Path(__file__).with_name("scripted_server.py"))
THOROUGH = "FIMBLE_THOROUGH" in os.environ
IDS = [way.__name__ for way, _ in WAYS]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def idle() -> Leaver:
    client = Leaver([sys.executable, SCRIPT])
    client.begin()
    return client


def generating() -> Leaver:
    client = Leaver([sys.executable, SCRIPT, "hold"])
    client.begin()
    client.say(open_and_ask("area =", 2))
    client.hear(b'"busy"')
    return client


def loading() -> Leaver:
    client = Leaver([sys.executable, SCRIPT, "loading"])
    client.begin(wait=b'"loading"')
    client.say(open_and_ask("area =", 2))
    return client


def leaves(client: Leaver, way: Way, status: int) -> None:
    way(client)
    assert client.status() == status, client.errors
    assert b"Traceback" not in client.errors
    assert b"Fatal" not in client.errors


@pytest.mark.parametrize(("way", "status"), WAYS, ids=IDS)
@pytest.mark.parametrize("moment", [generating, loading])
def test_a_client_leaves(moment: type[Leaver], way: Way, status: int) -> None:
    leaves(moment(), way, status)


@pytest.mark.slow
@pytest.mark.skipif(not THOROUGH, reason="FIMBLE_THOROUGH is not set")
@pytest.mark.parametrize(("way", "status"), WAYS, ids=IDS)
def test_a_client_leaves_again_and_again(way: Way, status: int) -> None:
    for _ in range(7):
        for moment in (idle, generating, loading):
            leaves(moment(), way, status)


def test_nothing_was_said() -> None:
    for way, status in ((lambda client: client.close_input(), 1), (WAYS[5][0], 1)):
        client = Leaver([sys.executable, SCRIPT])
        client.say(b"\r\n")
        client.say(message("unknown", {}, 1))
        client.hear(b"-32002")
        leaves(client, way, status)


@pytest.mark.parametrize("said", [False, True])
def test_the_clients_process_dies_and_its_pipes_live_on(said: bool) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = Leaver([sys.executable, SCRIPT, "hold"], client=other.pid)
    client.begin()
    if said:
        client.shutdown()
    os.kill(other.pid, signal.SIGKILL)
    other.communicate()
    assert client.status() == (0 if said else 1)


@pytest.mark.model
@pytest.mark.parametrize(("way", "status"), WAYS, ids=IDS)
@pytest.mark.parametrize("moment", ["loading", "generating", "idle"])
def test_a_client_leaves_the_real_model(moment: str, way: Way, status: int) -> None:
    """The runtime's threads run: what cleans up under them aborts."""
    client = Leaver([sys.executable, "-m", "fimble", "serve", "--stdio"])
    client.begin(wait=b'"loading"' if moment == "loading" else b'"idle"')
    if moment == "generating":
        client.say(open_and_ask("def area(width, height):\n    " * 60, 2))
        client.hear(b'"busy"')
    leaves(client, way, status)
