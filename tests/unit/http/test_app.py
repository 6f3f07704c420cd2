"""The endpoints, without sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fimble.http import app
from fimble.http.limits import Limits
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece

from tests.unit.http.serving import TOKEN, Scripted

BASE = "http://127.0.0.1:8012"


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def client(scripted: Scripted) -> AsyncIterator[httpx.AsyncClient]:
    application = app.create(scripted, TOKEN, "127.0.0.1", Limits(body_bytes=4096))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as made:
        yield made


def shaped(reply: httpx.Response) -> dict[str, Any]:
    """The error of an answer, which has to have OpenAI's shape."""
    assert reply.headers["content-type"] == "application/json"
    error: dict[str, Any] = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == (
        "server_error" if reply.status_code >= 500 else "invalid_request_error"
    )
    return error


def events(reply: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


async def test_a_completion(client: httpx.AsyncClient, scripted: Scripted) -> None:
    body = {"prompt": "x", "suffix": "y", "max_tokens": 8}
    reply = await client.post("/v1/completions?api-version=1", json=body)
    assert reply.status_code == 200
    assert reply.json()["choices"][0]["text"] == "retürn 1"
    assert reply.json()["model"] == "tiny"
    assert scripted.requests == [CompletionRequest("x", "y", max_tokens=8)]


async def test_a_streamed_completion(client: httpx.AsyncClient, scripted: Scripted) -> None:
    body = {"prompt": "x", "stream": True, "stream_options": {"include_usage": True}}
    reply = await client.post("/v1/completions", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream")
    first, second, last = events(reply)
    choice = {"index": 0, "text": "retü", "logprobs": None, "finish_reason": None}
    assert first["choices"][0] == choice
    assert second["choices"][0]["finish_reason"] == "stop"
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 15
    assert scripted.stopped.acquire(timeout=1)


async def test_an_infill(client: httpx.AsyncClient, scripted: Scripted) -> None:
    body = {"input_prefix": "a\n", "prompt": "b", "input_suffix": "c", "n_predict": 9, "top_k": 40}
    answer = (await client.post("/infill", json=body)).json()
    assert answer["content"] == "retürn 1"
    assert answer["timings"]["prompt_n"] == 12
    assert answer["timings"]["predicted_n"] == 3
    assert scripted.requests == [CompletionRequest("a\nb", "c", max_tokens=9)]


async def test_an_infill_of_nothing_asks_no_model(
    client: httpx.AsyncClient, scripted: Scripted
) -> None:
    reply = await client.post("/infill", json={"n_predict": 0})
    assert reply.json()["content"] == ""
    assert scripted.requests == []


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/", "/v1/models?limit=2"])
async def test_the_models(client: httpx.AsyncClient, path: str) -> None:
    reply = (await client.get(path)).json()
    assert [row["id"] for row in reply["data"]] == ["tiny"]


async def test_one_model(client: httpx.AsyncClient, scripted: Scripted) -> None:
    scripted.models = ("tiny", "of/a/folder")
    reply = (await client.get("/v1/models/of/a/folder")).json()
    assert (reply["id"], reply["object"]) == ("of/a/folder", "model")
    reply_to_another = await client.get("/v1/models/huge")
    assert reply_to_another.status_code == 404
    assert shaped(reply_to_another)["code"] == "model_not_found"


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
async def test_health_needs_no_token_and_tells_nothing(
    client: httpx.AsyncClient, path: str
) -> None:
    reply = await client.get(path, headers={"Authorization": ""})
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    reply = await client.get(path, headers={"Authorization": "", "Host": "evil.example"})
    assert reply.status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer wrong",
        TOKEN,
        "Bearer",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer \xe9",
    ],
)
@pytest.mark.parametrize("path", ["/v1/models", "/v1/completions", "/elsewhere", "/v1/models/tiny"])
async def test_without_the_token_nothing_is_answered(
    client: httpx.AsyncClient, scripted: Scripted, sent: str, path: str
) -> None:
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        headers = {"Authorization": sent.encode("latin-1")}
        reply = await client.request(method, path, headers=headers, content=b'{"prompt": "x"}')
        assert reply.status_code == 401
        assert shaped(reply)["code"] == "invalid_api_key"
    assert scripted.requests == []


async def test_the_token_is_enough_however_the_scheme_is_spelled(
    client: httpx.AsyncClient,
) -> None:
    reply = await client.get("/v1/models", headers={"Authorization": f"bEARER  {TOKEN}"})
    assert reply.status_code == 200


LOCAL = ["localhost", "LocalHost:1", "127.0.0.1", "127.0.0.1:8012", "[::1]", "[::1]:8012"]
FOREIGN = [
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "localhost:80.evil.example",
    "localhost@evil.example",
    "evil.example/localhost",
    "127.0.0.1.evil.example:8012",
    "127.0.0.2",
    "[::2]:8012",
    "::1",
    "[::1",
    "[::1]evil.example",
    "localhost:",
    "localhost:x",
    "localhost ",
    " ",
    "0.0.0.0",
    "",
]


@pytest.mark.parametrize("host", LOCAL)
async def test_names_of_this_machine(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/v1/models", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
async def test_another_name_is_refused_even_with_the_token(
    client: httpx.AsyncClient, scripted: Scripted, host: str
) -> None:
    reply = await client.post("/v1/completions", json={"prompt": "x"}, headers={"Host": host})
    assert reply.status_code == 403
    shaped(reply)
    assert scripted.requests == []


async def test_no_page_may_read_an_answer(client: httpx.AsyncClient) -> None:
    for method in ("GET", "OPTIONS"):
        for sent in (f"Bearer {TOKEN}", ""):
            headers = {"Origin": "https://evil.example", "Authorization": sent}
            headers["Access-Control-Request-Method"] = "POST"
            reply = await client.request(method, "/v1/models", headers=headers)
            assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("body", "status", "param", "words"),
    [
        ({"prompt": 1}, 400, "prompt", "prompt must be one string"),
        (
            {"prompt": "x", "max_tokens": 0},
            400,
            "max_tokens",
            "max_tokens must be between 1 and 1024",
        ),
        ({"prompt": "x", "model": "huge"}, 404, "model", "there is no model 'huge'; there is tiny"),
        (
            {"prompt": "x" * 5000},
            413,
            None,
            "POST /v1/completions: the body is longer than 4096 bytes",
        ),
        ([], 400, None, "the body is not an object"),
    ],
)
async def test_a_bad_request_says_why(
    client: httpx.AsyncClient, scripted: Scripted, body: Any, status: int, param: str, words: str
) -> None:
    reply = await client.post("/v1/completions", json=body)
    assert reply.status_code == status
    error = shaped(reply)
    assert (error["message"], error["param"]) == (words, param)
    assert scripted.requests == []


async def test_a_chunked_body_is_counted_while_it_comes(
    client: httpx.AsyncClient, scripted: Scripted
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1000

    reply = await client.post("/v1/completions", content=endless())
    assert reply.status_code == 413
    shaped(reply)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/x", 404),
        ("POST", "/v1/chat/completions", 404),
        ("GET", "/", 404),
        ("GET", "/infill", 405),
        ("DELETE", "/v1/models", 405),
        ("GET", "/v1/completions", 405),
        ("BREW", "/infill", 405),
    ],
)
async def test_what_there_is_not(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    reply = await client.request(method, path)
    assert reply.status_code == status
    assert path.partition("?")[0] in shaped(reply)["message"]


class TestFailure:
    @pytest.mark.parametrize("path", ["/v1/completions", "/infill"])
    @pytest.mark.parametrize("stream", [False, True])
    async def test_before_the_first_piece_it_is_a_status(
        self, client: httpx.AsyncClient, scripted: Scripted, stream: bool, path: str
    ) -> None:
        scripted.fail_at = 0
        body = {"prompt": "x", "stream": stream and path != "/infill"}
        reply = await client.post(path, json=body)
        assert reply.status_code == 503
        assert shaped(reply)["message"] == "The model broke. Restart it."

    async def test_within_an_infill_it_is_one_too(
        self, client: httpx.AsyncClient, scripted: Scripted
    ) -> None:
        scripted.fail_at = 1
        assert (await client.post("/infill", json={"prompt": "x"})).status_code == 503

    async def test_within_a_stream_it_is_an_event(
        self, client: httpx.AsyncClient, scripted: Scripted
    ) -> None:
        scripted.fail_at = 1
        text = (await client.post("/v1/completions", json={"prompt": "x", "stream": True})).text
        assert "The model broke." in text
        assert "[DONE]" not in text
        assert scripted.stopped.acquire(timeout=1)

    async def test_a_request_without_an_answer(
        self, client: httpx.AsyncClient, scripted: Scripted
    ) -> None:
        scripted.fail_at, scripted.error = 0, BadRequestError("it begins with nothing", "prompt")
        reply = await client.post("/v1/completions", json={"prompt": "", "stream": True})
        assert (reply.status_code, shaped(reply)["param"]) == (400, "prompt")

    async def test_what_nobody_expected_tells_no_more_than_that(
        self, client: httpx.AsyncClient, scripted: Scripted
    ) -> None:
        scripted.fail_at, scripted.error = 0, ZeroDivisionError("secrets of the user")
        reply = await client.post("/v1/completions", json={"prompt": "x"})
        assert reply.status_code == 500
        assert "secret" not in shaped(reply)["message"]


async def test_an_answer_without_pieces_ends(client: httpx.AsyncClient, scripted: Scripted) -> None:
    scripted.pieces = (Piece("", "stop", 3, 0),)
    reply = await client.post("/v1/completions", json={"prompt": "x", "stream": True})
    assert events(reply)[0]["choices"][0]["finish_reason"] == "stop"
