"""`--tcp` and `--socket`: one client, the right one, and nothing for anybody else."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ending import message

TOKEN = "the-token-of-the-test"
SERVE = [sys.executable, "-m", "fimble", "serve"]


class Server:
    """A server that waits for its client; `said` is what it told on standard error."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fimble-")
        added = {"FIMBLE_CACHE": self._folder.name, "FIMBLE_DATA": self._folder.name}
        kept = {k: v for k, v in os.environ.items() if k != "FIMBLE_TOKEN"}
        self.process = subprocess.Popen(
            [*SERVE, *arguments], stderr=subprocess.PIPE, env={**kept, **added, **environment}
        )
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline().decode()

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = (
            self.said.split("Listening on ")[1].split(";")[0].split(",")[0].rpartition(":")
        )
        return host, int(port)

    def connect(self) -> Caller:
        return Caller(socket.create_connection(self.address, 20))


class Caller:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        self.connection = connection
        self.heard = b""

    def say(self, data: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.sendall(data)

    def rest(self) -> bytes:
        """Everything until the server closes the connection."""
        try:
            while data := self.connection.recv(65536):
                self.heard += data
        except ConnectionResetError:
            pass
        return self.heard

    def hear(self, wanted: bytes) -> bytes:
        while wanted not in self.heard:
            data = self.connection.recv(65536)
            assert data, self.heard
            self.heard += data
        return self.heard

    def close(self) -> None:
        self.connection.close()


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Server]:
    server = Server(*arguments, **environment)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.communicate()


@contextmanager
def over_tcp() -> Iterator[Server]:
    with serving("--tcp", "127.0.0.1:0", FIMBLE_TOKEN=TOKEN) as server:
        yield server


def initialize(token: Any = TOKEN, number: int = 1) -> bytes:
    options = {} if token is None else {"initializationOptions": {"token": token}}
    return message("initialize", {"processId": None, "capabilities": {}, **options}, number)


def works(caller: Caller, number: int = 5) -> None:
    caller.say(message("test/unknown", {}, number))
    caller.hear(b'"id": %d, "jsonrpc": "2.0", "error": {"code": -32601' % number)


def ends(server: Server, caller: Caller) -> None:
    caller.say(message("shutdown", None, 98))
    caller.hear(b'"id": 98')
    caller.say(message("exit"))
    assert server.process.wait(20) == 0


def test_the_token_that_was_printed_lets_one_client_in() -> None:
    with serving("--tcp", "127.0.0.1:0") as server:
        token = server.said.strip().split(" is ")[1]
        assert len(token) > 30
        caller = server.connect()
        caller.say(initialize(token))
        caller.hear(b'"capabilities"')
        works(caller)
        ends(server, caller)


@pytest.mark.parametrize("token", [None, "", "x", TOKEN[:-1], TOKEN + "x", 5, [TOKEN], "\ud800"])
def test_without_the_token_the_answer_is_an_error_and_the_end(token: Any) -> None:
    with over_tcp() as server:
        assert TOKEN not in server.said
        stranger = server.connect()
        stranger.say(initialize(token) + message("shutdown", None, 2) + message("exit"))
        heard = stranger.rest()
        assert heard.count(b"Content-Length") == 1
        error = json.loads(heard.split(b"\r\n\r\n")[1])["error"]
        assert error["code"] == -32803
        assert "token" in error["message"]
        caller = server.connect()
        caller.say(initialize())
        works(caller)


GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
    b"Content-Length: %d\r\n\r\n" % len(initialize()) + initialize(),
    b"OPTIONS * HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    b"\0" * 100,
    b"Content-Length: 99999999999\r\n\r\n",
    b"Content-Length: 2\r\n\r\n{}",
    b"Content-Length: 2\r\nX-Requested-With: x\r\n\r\n{}",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    message("shutdown", None, 1),
    message("exit"),
    message("initialized", {}) + initialize(),
    message("textDocument/hover", {}, 1),
]


def test_garbage_closes_its_connection_and_nothing_else() -> None:
    with over_tcp() as server:
        for stream in GARBAGE:
            caller = server.connect()
            caller.say(stream)
            assert caller.rest() == b"", stream
        for _ in range(5):
            server.connect().close()
        time.sleep(0.1)
        caller = server.connect()
        caller.say(initialize())
        works(caller)
        ends(server, caller)


def test_a_second_client_is_refused_and_the_first_goes_on() -> None:
    with over_tcp() as server:
        first = server.connect()
        first.say(initialize())
        first.hear(b'"capabilities"')
        for stream in (b"", initialize(), GARBAGE[0]):
            second = server.connect()
            second.say(stream)
            assert second.rest() == b""
        works(first)
        assert first.heard.count(b'"capabilities"') == 1
        ends(server, first)


def test_a_client_that_goes_ends_its_server() -> None:
    with over_tcp() as server:
        caller = server.connect()
        caller.say(initialize())
        caller.hear(b'"capabilities"')
        caller.close()
        assert server.process.wait(20) == 1


def test_a_client_inside_that_turns_into_a_browser_is_cut_off() -> None:
    with over_tcp() as server:
        caller = server.connect()
        caller.say(initialize())
        caller.hear(b'"capabilities"')
        caller.say(GARBAGE[0])
        caller.rest()
        assert server.process.wait(20) == 1


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0", ":0"])
def test_other_machines_are_kept_out(address: str) -> None:
    done = subprocess.run(
        [*SERVE, "--tcp", address], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_token_that_can_be_guessed_is_refused() -> None:
    done = subprocess.run(
        [*SERVE, "--tcp", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "FIMBLE_TOKEN": "secret"},
    )
    assert done.returncode == 2
    assert "16 to 1024" in done.stderr


def test_other_machines_come_in_where_that_is_said() -> None:
    with serving("--tcp", "0.0.0.0:0", "--allow-remote", FIMBLE_TOKEN=TOKEN) as server:
        caller = Caller(socket.create_connection(("127.0.0.1", server.address[1]), 20))
        caller.say(initialize())
        works(caller)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with over_tcp() as server:
        taken = "{}:{}".format(*server.address)
        done = subprocess.run(
            [*SERVE, "--tcp", taken], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2
        assert "cannot be used" in done.stderr
        assert "Traceback" not in done.stderr


unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")


@unix
def test_a_socket_is_the_users_alone_and_goes_with_the_server() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own" / "fimble.sock"
        with serving("--socket", str(path)) as server:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            caller = _open(path)
            caller.say(initialize(None))
            works(caller)
            assert _open(path).rest() == b""
            ends(server, caller)
            assert not path.exists()


@unix
def test_a_socket_left_behind_is_replaced_one_in_use_is_not() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fimble.sock"
        with serving("--socket", str(path)) as server:
            done = subprocess.run(
                [*SERVE, "--socket", str(path)], capture_output=True, timeout=60, check=False
            )
            assert done.returncode == 2
            server.process.kill()
            server.process.wait()
        assert path.exists()
        with serving("--socket", str(path)):
            caller = _open(path)
            caller.say(initialize(None))
            works(caller)


@unix
@pytest.mark.parametrize("kind", ["file", "folder", "long", "open to others"])
def test_a_path_that_cannot_be_a_socket_is_one_sentence(kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("x" * 200 if kind == "long" else "s")
        if kind == "file":
            path.write_text("precious")
        elif kind == "folder":
            path.mkdir()
        elif kind == "open to others":
            Path(folder).chmod(0o777)
        done = subprocess.run(
            [*SERVE, "--socket", str(path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        if kind == "file":
            assert path.read_text() == "precious"


def _open(path: Path) -> Caller:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect(str(path))
    return Caller(connection)
