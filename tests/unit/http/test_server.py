"""The server over real loopback sockets, and what clients do to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from fimble.errors import UsageError
from fimble.generation.testing import ScriptedGenerator
from fimble.http.limits import Limits, connections
from fimble.http.protocol import Piece
from fimble.http.server import listener, url

from tests.unit.http.serving import (
    TOKEN,
    Address,
    Scripted,
    answer,
    ends,
    generating,
    post,
    serving,
    wait_until,
)

SHORT = Limits(head_s=0.5, body_s=0.5, rest_s=0.5, linger_s=0.5, write_s=0.5)
PROMPT = {"prompt": "x"}
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Scripted, Address]]:
    completer = Scripted()
    with serving(completer) as running:
        yield completer, running


@pytest.fixture
def scripted(shared: tuple[Scripted, Address]) -> Scripted:
    shared[0].renew()
    return shared[0]


@pytest.fixture
def address(shared: tuple[Scripted, Address]) -> Address:
    return shared[1]


def asked(address: Address, request: bytes) -> int:
    with address.connect() as connection:
        connection.sendall(request)
        return answer(connection)[0]


class TestAbandoned:
    """A client that closes its connection ends its request at once, wherever it stands."""

    @pytest.mark.parametrize("path", ["/v1/completions", "/infill"])
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("hold_at", [0, 1])
    def test_before_the_first_piece_and_after_it(
        self, scripted: Scripted, address: Address, path: str, stream: bool, hold_at: int
    ) -> None:
        scripted.hold_at = hold_at
        with address.connect() as connection:
            connection.sendall(post({**PROMPT, "stream": stream and path != "/infill"}, path))
            assert scripted.begun.acquire(timeout=30)
            if stream and hold_at and path != "/infill":
                got = b""
                while b"ret" not in got:
                    got += connection.recv(65536)
        assert scripted.stopped.acquire(timeout=30)

    def test_while_it_reads_its_prompt_and_while_others_wait(self) -> None:
        generator = ScriptedGenerator(lambda prompt: prompt)
        generator.hold = True
        with generating(generator) as address:
            running = address.connect()
            running.sendall(post({"prompt": "runs"}))
            wait_until(lambda: len(generator.requests) == 1)
            waiting = [address.connect() for _ in range(6)]
            for number, connection in enumerate(waiting):
                connection.sendall(post({"prompt": "waits", "stream": number % 2 == 0}))
            assert asked(address, HEALTH) == 200
            for connection in waiting:
                connection.close()
            for _ in range(3):  # the server has looked at them
                assert asked(address, HEALTH) == 200
            generator.hold = False
            running.close()
            assert asked(address, post({"prompt": "last"})) == 200
        prompts = ["".join(s.text for s in request.prompt) for request in generator.requests]
        assert prompts == ["runs", "last"]

    def test_with_a_second_request_behind_it(self, scripted: Scripted, address: Address) -> None:
        scripted.hold_at = 0
        with address.connect() as connection:
            connection.sendall(post(PROMPT) + post(PROMPT))
            assert scripted.begun.acquire(timeout=30)
            connection.sendall(post(PROMPT))
        assert scripted.stopped.acquire(timeout=30)

    def test_while_it_sends_its_body(self, scripted: Scripted, address: Address) -> None:
        with address.connect() as connection:
            connection.sendall(post(b'{"prompt"', "/v1/completions", 1000))
        assert asked(address, post(PROMPT)) == 200
        assert len(scripted.requests) == 1

    def test_nothing_of_it_is_logged(
        self, scripted: Scripted, address: Address, caplog: pytest.LogCaptureFixture
    ) -> None:
        scripted.hold_at = 0
        with address.connect() as connection:
            connection.sendall(post(PROMPT))
            assert scripted.begun.acquire(timeout=30)
        assert scripted.stopped.acquire(timeout=30)
        assert asked(address, HEALTH) == 200
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


class TestMany:
    async def test_two_hundred_clients_at_once_are_all_answered(self) -> None:
        generator = ScriptedGenerator(lambda prompt: prompt.upper())
        with generating(generator) as address:

            async def client(number: int) -> str:
                reader, writer = await asyncio.open_connection(address.host, address.port)
                writer.write(
                    post(
                        {"prompt": f"client {number}"}, "/v1/completions", None, "Connection: close"
                    )
                )
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
                writer.close()
                assert head.startswith(b"HTTP/1.1 200")
                text: str = json.loads(body)["choices"][0]["text"]
                return text

            texts = await asyncio.gather(*(client(number) for number in range(200)))
        assert texts == [f"CLIENT {number}" for number in range(200)]

    def test_they_take_turns_in_the_order_they_came(self) -> None:
        generator = ScriptedGenerator(lambda prompt: prompt)
        generator.hold = True
        with generating(generator) as address:
            first = address.connect()
            first.sendall(post({"prompt": "0"}))
            wait_until(lambda: len(generator.requests) == 1)
            generator.hold = False
            others = [address.connect() for _ in range(9)]
            for number, connection in enumerate(others, 1):
                connection.sendall(post({"prompt": str(number)}))
                assert asked(address, HEALTH) == 200
            first.close()
            assert [answer(connection)[0] for connection in others] == [200] * 9
        asked_for = ["".join(s.text for s in request.prompt) for request in generator.requests]
        assert asked_for == [str(number) for number in range(10)]

    def test_beyond_the_limit_the_one_that_rested_longest_is_closed(
        self, scripted: Scripted
    ) -> None:
        scripted.hold_at = 1
        with serving(scripted, Limits(connections=8)) as address:
            busy = address.connect()
            busy.sendall(post({**PROMPT, "stream": True}))
            assert scripted.begun.acquire(timeout=30)
            idle = [address.connect() for _ in range(12)]
            assert asked(address, HEALTH) == 200
            assert ends(idle[0]) == b""
            idle[-1].sendall(HEALTH)
            assert answer(idle[-1])[0] == 200
            assert not scripted.stopped.acquire(blocking=False)
            busy.close()

    def test_where_all_are_busy_a_newcomer_is_closed(self, scripted: Scripted) -> None:
        scripted.hold_at = 0
        with serving(scripted, Limits(connections=4)) as address:
            busy = [address.connect() for _ in range(4)]
            for connection in busy:
                connection.sendall(post(PROMPT))
                assert scripted.begun.acquire(timeout=30)
            with address.connect() as connection:
                assert ends(connection) == b""
            for connection in busy:
                connection.close()

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
    @pytest.mark.parametrize(("limit", "idle_ones"), [(256, 400), (8192, 1500)])
    def test_more_connections_than_files_leave_the_server_answering(
        self, limit: int, idle_ones: int
    ) -> None:
        """At the limit of open files `accept` fails; beyond 1,024 of them `select` does."""
        import resource

        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < idle_ones + 100:
            pytest.skip("this process may not open so many files")
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < limit:
            pytest.skip("the server may not open so many files")
        script = (
            "import resource, sys\n"
            f"resource.setrlimit(resource.RLIMIT_NOFILE, (64, {limit}))\n"
            "from fimble.http.limits import Limits, connections, raise_file_limit\n"
            "from tests.unit.http.serving import Scripted, serving\n"
            "files = raise_file_limit()\n"
            "with serving(Scripted(), Limits(connections=connections(files))) as address:\n"
            "    print(files, address.port, flush=True)\n"
            "    sys.stdin.read()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            files, port = map(int, process.stdout.readline().split())
            assert files == limit
            address = Address("127.0.0.1", port)
            idle = [address.connect() for _ in range(idle_ones)]
            assert asked(address, post(PROMPT)) == 200
            for connection in idle:
                connection.close()
            process.stdin.close()
            assert process.wait(30) == 0

    def test_half_of_the_files_are_connections(self) -> None:
        assert [connections(files) for files in (256, 1024, 10**6)] == [128, 512, 4096]


class TestTime:
    """Limits of time are totals: a byte now and then buys nothing."""

    @pytest.mark.parametrize("sent", [b"", b"G", b"POST /v1/completions HTTP/1.1\r\nHost: l"])
    def test_a_head_that_does_not_come(self, scripted: Scripted, sent: bytes) -> None:
        with serving(scripted, SHORT) as address, address.connect() as connection:
            connection.sendall(sent)
            assert ends(connection) == b""

    def test_a_head_that_comes_by_the_byte(self, scripted: Scripted) -> None:
        with serving(scripted, SHORT) as address, address.connect() as connection:
            self._drip(connection, post(PROMPT)[:-40] + b"X" * 10_000)
            assert ends(connection) == b""
        assert scripted.requests == []

    def test_a_body_that_comes_by_the_byte(self, scripted: Scripted) -> None:
        with serving(scripted, SHORT) as address, address.connect() as connection:
            connection.sendall(post(b'{"prompt": "', "/v1/completions", 1_000_000))
            self._drip(connection, b"x" * 10_000)
            assert ends(connection).startswith(b"HTTP/1.1 408 ")
        assert scripted.requests == []

    def test_a_body_that_nobody_reads(self, scripted: Scripted) -> None:
        request = post(b"", "/v1/completions", 10**9).replace(TOKEN.encode(), b"wrong")
        with serving(scripted, SHORT) as address, address.connect() as connection:
            connection.sendall(request)
            self._drip(connection, b"x" * 10_000)
            assert ends(connection).startswith(b"HTTP/1.1 401 ")

    def test_a_rest_between_two_requests(self, scripted: Scripted) -> None:
        with serving(scripted, SHORT) as address, address.connect() as connection:
            for _ in range(3):
                connection.sendall(post(PROMPT))
                assert answer(connection)[0] == 200
            assert ends(connection) == b""

    def test_a_generation_has_all_the_time_it_needs(self, scripted: Scripted) -> None:
        scripted.hold_at = 1
        with serving(scripted, SHORT) as address, address.connect() as connection:
            connection.sendall(post({**PROMPT, "stream": True}))
            assert scripted.begun.acquire(timeout=30)
            time.sleep(1.5)
            assert not scripted.stopped.acquire(blocking=False)

    def test_an_answer_that_nobody_takes(self, scripted: Scripted) -> None:
        scripted.pieces = (Piece("x" * 100_000),) * 1000
        with serving(scripted, SHORT) as address, address.connect() as connection:
            connection.sendall(post({**PROMPT, "stream": True}))
            assert scripted.stopped.acquire(timeout=30)

    @staticmethod
    def _drip(connection: socket.socket, data: bytes) -> None:
        """Sends byte by byte until the server has closed."""
        try:
            for place in range(len(data)):
                connection.sendall(data[place : place + 1])
                time.sleep(0.01)
        except ConnectionError:
            return
        raise AssertionError("the server has taken it all")


class TestBodies:
    def test_the_token_is_looked_at_before_the_body_comes(
        self, scripted: Scripted, address: Address
    ) -> None:
        request = post(b"", "/v1/completions", 8_000_000).replace(TOKEN.encode(), b"wrong")
        assert asked(address, request) == 401

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_refused_body_is_thrown_away_and_the_answer_arrives(
        self, scripted: Scripted, address: Address, chunked: bool
    ) -> None:
        """Closing with unread bytes resets the connection, and the answer with it."""
        body = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20)) if chunked else b"x" * (1 << 20)
        request = (
            post(body * 3 + b"0\r\n\r\n", "/v1/completions", -1, "Transfer-Encoding: chunked")
            if chunked
            else post(body * 3)
        )
        with address.connect() as connection:
            connection.sendall(request.replace(TOKEN.encode(), b"wrong"))
            assert answer(connection)[0] == 401
            connection.sendall(post(PROMPT))
            assert answer(connection)[0] == 200

    def test_who_asks_before_sending_a_body_is_told_to_only_with_the_token(
        self, scripted: Scripted, address: Address
    ) -> None:
        data = json.dumps(PROMPT).encode()
        request = post(b"", "/v1/completions", len(data), "Expect: 100-continue")
        assert asked(address, request.replace(TOKEN.encode(), b"wrong")) == 401
        with address.connect() as connection:
            connection.sendall(request)
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
            connection.sendall(data)
            assert answer(connection)[0] == 200

    def test_a_body_in_chunks(self, scripted: Scripted, address: Address) -> None:
        data = json.dumps(PROMPT).encode()
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in data) + b"0\r\n\r\n"
        request = post(chunks, "/v1/completions", -1, "Transfer-Encoding: chunked")
        assert asked(address, request) == 200

    @pytest.mark.parametrize("length", [8 * 1024 * 1024 + 1, 1 << 40, 10**19])
    def test_a_body_that_is_too_long_is_not_waited_for(
        self, scripted: Scripted, address: Address, length: int
    ) -> None:
        assert asked(address, post(b"", "/v1/completions", length)) == 413

    def test_chunks_that_do_not_end_are_counted(self, scripted: Scripted) -> None:
        with (
            serving(scripted, Limits(body_bytes=100_000)) as address,
            address.connect() as connection,
        ):
            head = post(b"", "/v1/completions", -1, "Transfer-Encoding: chunked")
            connection.sendall(head + (b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n") * 3)
            assert answer(connection)[0] == 413

    @pytest.mark.parametrize(
        "headers",
        [
            ("Content-Length: " + "9" * 5000,),
            ("Content-Length: " + "9" * 21,),
            ("Content-Length: -1",),
            ("Content-Length: +5",),
            ("Content-Length: 5, 6",),
            ("Content-Length: 5", "Content-Length: 6"),
            ("Content-Length: 5", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: gzip, chunked",),
            ("Host: localhost",),
            ("A" * 20_000 + ": b",),
            ("no colon",),
            ("nul: a\0b",),
        ],
        ids=lambda headers: " ".join(headers)[:40].replace("\0", "0"),
    )
    def test_what_is_not_http_is_answered_in_json(
        self, scripted: Scripted, address: Address, headers: tuple[str, ...]
    ) -> None:
        with address.connect() as connection:
            connection.sendall(post(b"", "/v1/completions", -1, *headers))
            status, body = answer(connection)
        assert status == 400
        assert set(body["error"]) == {"message", "type", "param", "code"}
        assert scripted.requests == []

    @pytest.mark.parametrize("token", [TOKEN, "wrong"])
    def test_a_body_that_breaks_off_into_garbage_is_answered_once(
        self, scripted: Scripted, address: Address, token: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        request = post(b"5\r\n{}garbage", "/infill", -1, "Transfer-Encoding: chunked")
        with address.connect() as connection:
            connection.sendall(request.replace(TOKEN.encode(), token.encode()))
            connection.shutdown(socket.SHUT_WR)
            assert ends(connection).count(b"HTTP/1.1 ") == 1
        assert asked(address, HEALTH) == 200
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]

    def test_the_answer_to_what_is_not_http_arrives_whatever_follows(
        self, address: Address
    ) -> None:
        with address.connect() as connection:
            connection.sendall(b"this is no request\r\n\r\n")
            for _ in range(20):  # closed, the connection would refuse that
                connection.sendall(b"x" * 1000)
                time.sleep(0.005)
            assert answer(connection)[0] == 400

    def test_two_requests_sent_together_are_both_answered(
        self, scripted: Scripted, address: Address
    ) -> None:
        with address.connect() as connection:
            connection.sendall(post(PROMPT) + post({"prompt": "y"}))
            file = connection.makefile("rb")
            found = b""
            while found.count(b"text_completion") < 2:
                found += file.read1()
        assert [request.prompt for request in scripted.requests] == ["x", "y"]

    def test_what_is_sent_ahead_has_a_limit(self, scripted: Scripted, address: Address) -> None:
        scripted.hold_at = 0
        with address.connect() as connection:
            connection.sendall(post(PROMPT))
            assert scripted.begun.acquire(timeout=30)
            with contextlib.suppress(ConnectionError):
                connection.sendall(post({"prompt": "y" * 1_000_000}) * 20)
            assert ends(connection) == b""
        assert scripted.stopped.acquire(timeout=30)


def test_bytes_of_any_kind_end_in_an_answer_or_a_closed_connection(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(7)
    seeds = [
        post(PROMPT),
        post({**PROMPT, "stream": True}),
        post(b"5\r\n{}   \r\n0\r\n\r\n", "/infill", -1, "Transfer-Encoding: chunked"),
        post(b"{}", "/v1/completions", None, "Expect: 100-continue"),
        b"GET /v1/models HTTP/1.0\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(range(64)),
        HEALTH * 3,
        bytes(range(256)),
    ]
    with serving(scripted, Limits(head_s=0.3, body_s=0.3, rest_s=0.3, linger_s=0.3)) as address:
        for _ in range(400):
            with address.connect() as connection:
                try:
                    connection.sendall(_damaged(dice, dice.choice(seeds)))
                    if dice.random() < 0.9:
                        connection.shutdown(socket.SHUT_WR)
                except ConnectionError:
                    continue
                assert ends(connection)[:7] in (b"", b"HTTP/1.")
        assert asked(address, post(PROMPT)) == 200
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


def _damaged(dice: random.Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        start = dice.randrange(len(made) + 1)
        end = min(len(made), start + dice.choice((0, 1, 1, 4, 40)))
        piece = dice.choice(
            (b"", dice.randbytes(3), b"\r\n", b"\0", b" ", b"\n\n", made[start:end] * 3, b"9" * 99)
        )
        made[start:end] = piece
    return bytes(made)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_loopback_address_answers_to_its_own_name(scripted: Scripted, host: str) -> None:
    try:
        bound = listener(host, 0)
    except UsageError as error:
        pytest.skip(str(error))
    port = bound.getsockname()[1]
    bound.close()
    with serving(scripted, host=host) as address:
        shown = f"[{host}]" if ":" in host else host
        for name in (shown, f"{shown}:{port}"):
            request = post(PROMPT).replace(b"Host: localhost", b"Host: " + name.encode())
            assert asked(address, request) == 200


def test_nobody_asks_the_dns() -> None:
    """Every call of the resolver raises an audit event, before it is made."""
    script = (
        "import socket, sys\n"
        "asked = []\n"
        "names = ('socket.gethostbyaddr', 'socket.gethostbyname', 'socket.getaddrinfo', 'socket.getnameinfo')\n"
        "sys.addaudithook(lambda event, args: asked.append((event, args)) if event in names else None)\n"
        "from tests.unit.http.serving import Scripted, answer, post, serving\n"
        "for host in ('127.0.0.2', '::1'):\n"
        "    family = socket.AF_INET6 if ':' in host else socket.AF_INET\n"
        "    with serving(Scripted(), host=host) as address, socket.socket(family) as connection:\n"
        "        connection.connect((host, address.port))\n"
        "        connection.sendall(post({'prompt': 'x'}))\n"
        "        print(answer(connection)[0])\n"
        "socket.getfqdn('127.0.0.1')\n"
        "print([event for event, _ in asked])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    if "Cannot assign requested address" in done.stderr or "cannot be used" in done.stderr:
        pytest.skip("this machine lacks one of the addresses")
    assert done.stdout.split("\n")[:3] == ["200", "200", "['socket.gethostbyaddr']"], done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com"])
def test_other_addresses_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match="this machine alone"):
        listener(host, 0)


def test_a_taken_port_is_refused(address: Address) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        listener(address.host, address.port)


def test_who_comes_while_the_model_loads_waits() -> None:
    with listener("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()):
        pass


def test_the_url_is_what_clients_call_the_base() -> None:
    with listener("127.0.0.1", 0) as bound:
        assert url(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
