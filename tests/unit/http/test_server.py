"""The server over real loopback sockets, with a scripted completer."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fimble.errors import EngineError, UsageError
from fimble.http.protocol import CompletionRequest, Piece
from fimble.http.server import HttpServer, loopback

TOKEN = "secret-token"
PIECES = (Piece("retü"), Piece("rn 1", "stop", 12, 3))


@dataclass
class Scripted:
    """Yields its pieces; `gate` holds every piece after the first until it is set."""

    pieces: tuple[Piece, ...] = PIECES
    fail_at: int | None = None
    gate: threading.Event | None = None
    models: tuple[str, ...] = ("tiny",)
    requests: list[CompletionRequest] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def complete(self, request: CompletionRequest) -> Generator[Piece, None, None]:
        self.requests.append(request)
        try:
            for index, piece in enumerate(self.pieces):
                if self.gate is not None and index:
                    self.gate.wait(0.02)
                if index == self.fail_at:
                    raise EngineError("The model broke.", "Restart it.")
                yield piece
        finally:
            self.stopped.set()


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def server(scripted: Scripted) -> Iterator[HttpServer]:
    with HttpServer(scripted, "127.0.0.1", 0, TOKEN) as running:
        yield running


@pytest.fixture
def client(server: HttpServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as made:
        yield made


def events(reply: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_a_completion(client: httpx.Client, scripted: Scripted) -> None:
    reply = client.post("/completions", json={"prompt": "x", "suffix": "y", "max_tokens": 8})
    assert reply.status_code == 200
    assert reply.json()["choices"][0]["text"] == "retürn 1"
    assert reply.json()["model"] == "tiny"
    assert scripted.requests == [CompletionRequest("x", "y", max_tokens=8)]


def test_a_streamed_completion(client: httpx.Client) -> None:
    body = {"prompt": "x", "stream": True, "stream_options": {"include_usage": True}}
    reply = client.post("/completions", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream")
    first, second, last = events(reply)
    assert first["choices"][0] == {
        "index": 0,
        "text": "retü",
        "logprobs": None,
        "finish_reason": None,
    }
    assert second["choices"][0]["finish_reason"] == "stop"
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 15


def test_an_infill(client: httpx.Client, server: HttpServer, scripted: Scripted) -> None:
    body = {"input_prefix": "a\n", "prompt": "b", "input_suffix": "c", "n_predict": 9, "top_k": 40}
    answer = client.post(server.url.removesuffix("/v1") + "/infill", json=body).json()
    assert answer["content"] == "retürn 1"
    assert answer["timings"]["prompt_n"] == 12
    assert answer["timings"]["predicted_n"] == 3
    assert scripted.requests == [CompletionRequest("a\nb", "c", max_tokens=9)]


def test_an_infill_of_nothing_asks_no_model(
    client: httpx.Client, server: HttpServer, scripted: Scripted
) -> None:
    reply = client.post(server.url.removesuffix("/v1") + "/infill", json={"n_predict": 0})
    assert reply.json()["content"] == ""
    assert scripted.requests == []


@pytest.mark.parametrize("fail_at", [0, 1])
def test_an_infill_that_fails(
    client: httpx.Client, server: HttpServer, scripted: Scripted, fail_at: int
) -> None:
    scripted.fail_at = fail_at
    reply = client.post(server.url.removesuffix("/v1") + "/infill", json={"prompt": "x"})
    assert reply.status_code == 503


def test_the_models(client: httpx.Client) -> None:
    reply = client.get("/models").json()
    assert [row["id"] for row in reply["data"]] == ["tiny"]


def test_one_connection_serves_several_requests(client: httpx.Client, scripted: Scripted) -> None:
    for _ in range(3):
        assert client.post("/completions", json={"prompt": "x"}).status_code == 200
    assert len(scripted.requests) == 3


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer"}],
    ids=["none", "wrong", "no scheme", "empty"],
)
@pytest.mark.parametrize("path", ["/models", "/completions", "/elsewhere"])
def test_without_the_token_nothing_is_answered(
    server: HttpServer, scripted: Scripted, headers: dict[str, str], path: str
) -> None:
    method = "POST" if path == "/completions" else "GET"
    reply = httpx.request(
        method, server.url + path, headers=headers, content=b'{"prompt": "x"}', trust_env=False
    )
    assert reply.status_code == 401
    assert scripted.requests == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", ""])
def test_another_host_name_is_refused_even_with_the_token(
    client: httpx.Client, scripted: Scripted, host: str
) -> None:
    reply = client.post("/completions", json={"prompt": "x"}, headers={"Host": host})
    assert reply.status_code == 403
    assert scripted.requests == []


def test_no_page_may_read_an_answer(client: httpx.Client) -> None:
    reply = client.get("/models", headers={"Origin": "https://evil.example"})
    assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"prompt": 1}, "prompt must be one string"),
        ({"prompt": "x", "model": "huge"}, "there is no model 'huge'; there is tiny"),
    ],
)
def test_a_bad_request_says_why(client: httpx.Client, body: dict[str, Any], words: str) -> None:
    reply = client.post("/completions", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"] == words


@pytest.mark.parametrize(("method", "path"), [("GET", "/x"), ("POST", "/chat/completions")])
def test_other_addresses_are_not_found(client: httpx.Client, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_a_body_that_is_too_long_is_not_read(server: HttpServer) -> None:
    connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=10)
    connection.putrequest("POST", "/v1/completions")
    connection.putheader("Authorization", f"Bearer {TOKEN}")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


class TestFailure:
    @pytest.mark.parametrize("stream", [False, True])
    def test_before_the_first_piece_it_is_a_status(
        self, client: httpx.Client, scripted: Scripted, stream: bool
    ) -> None:
        scripted.fail_at = 0
        reply = client.post("/completions", json={"prompt": "x", "stream": stream})
        assert reply.status_code == 503
        assert reply.json()["error"]["message"] == "The model broke. Restart it."

    def test_within_a_stream_it_is_an_event(self, client: httpx.Client, scripted: Scripted) -> None:
        scripted.fail_at = 1
        text = client.post("/completions", json={"prompt": "x", "stream": True}).text
        assert "The model broke." in text
        assert "[DONE]" not in text


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_stops_the_generation(
    server: HttpServer, scripted: Scripted, stream: bool
) -> None:
    scripted.pieces = (Piece("x"),) * 10_000
    scripted.gate = threading.Event()
    body = json.dumps({"prompt": "x", "stream": stream}).encode()
    address = server.url.split("/")[2].split(":")
    with socket.create_connection((address[0], int(address[1]))) as connection:
        connection.sendall(
            b"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
            % (TOKEN.encode(), len(body), body)
        )
        while not scripted.requests:
            threading.Event().wait(0.01)
    assert scripted.stopped.wait(20)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_loopback_addresses_are_taken_as_they_are(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com", ""])
def test_other_addresses_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match="this machine alone"):
        HttpServer(Scripted(), host, 0, TOKEN)


def test_a_taken_port_and_an_empty_token_are_refused(server: HttpServer) -> None:
    port = int(server.url.split(":")[2].split("/")[0])
    with pytest.raises(UsageError, match="cannot be used"):
        HttpServer(Scripted(), "127.0.0.1", port, TOKEN)
    with pytest.raises(UsageError, match="token"):
        HttpServer(Scripted(), "127.0.0.1", 0, "")
