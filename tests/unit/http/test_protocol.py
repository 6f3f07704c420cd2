from __future__ import annotations

import json
from typing import Any

import pytest
from fimble.http import protocol
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece


def parse(**fields: Any) -> CompletionRequest:
    return protocol.parse(protocol.decode(json.dumps({"prompt": "def f(", **fields}).encode()))


def test_a_full_request() -> None:
    assert parse(
        suffix=")",
        model="tiny",
        max_tokens=64,
        temperature=0.2,
        top_p=0.9,
        stop=["\n", ""],
        stream=True,
        stream_options={"include_usage": True},
        seed=5,
        user="ignored",
    ) == CompletionRequest("def f(", ")", "tiny", 64, 0.2, 0.9, ("\n",), True, True, 5)


@pytest.mark.parametrize(("seed", "given"), [(0, 0), (-1, 2**63 - 1), (2**64 + 3, 3), (None, None)])
def test_seeds_are_what_a_sampler_takes(seed: int | None, given: int | None) -> None:
    assert parse(seed=seed).seed == given


def test_defaults_and_nulls() -> None:
    assert parse() == CompletionRequest("def f(")
    assert parse(suffix=None, stop=None, max_tokens=None, n=1, echo=False) == parse()
    assert parse(prompt=["one"], stop="x") == CompletionRequest("one", stop=("x",))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"prompt": None}, "prompt must be one string"),
        ({"prompt": ["a", "b"]}, "prompt must be one string"),
        ({"prompt": [1, 2]}, "prompt must be one string"),
        ({"suffix": 3}, "suffix must be of type str"),
        ({"max_tokens": 0}, "max_tokens must be between 1 and 1024"),
        ({"max_tokens": True}, "max_tokens must be a number"),
        ({"temperature": "hot"}, "temperature must be a number"),
        ({"top_p": 1.5}, "top_p must be between 0 and 1"),
        ({"temperature": float("nan")}, "temperature must be between 0 and 2"),
        ({"stop": [1]}, "stop must be a string or a list of strings"),
        ({"stop": ["x"] * 33}, "stop has more than 32 texts"),
        ({"stop": "x" * 257}, "a stop text is longer than 256 characters"),
        ({"seed": 1.5}, "seed must be an integer"),
        ({"seed": True}, "seed must be an integer"),
        ({"stream": 1}, "stream must be of type bool"),
        ({"stream_options": 1}, "stream_options must be of type dict"),
        ({"n": 2}, "n is not supported"),
        ({"logprobs": 5}, "logprobs is not supported"),
        ({"echo": True}, "echo is not supported"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_done_is_said(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse(**fields)
    assert str(caught.value) == message
    assert caught.value.param == next(iter(fields))


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"\xff", b"{", b"[" * 100_000], ids=lambda body: repr(body[:9])
)
def test_bodies_that_are_no_requests(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        protocol.decode(body)


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    assert parse(prompt="a\ud83d", suffix="\ud83d\ude00") == CompletionRequest("a\ufffd", "😀")


def test_a_template_is_taken_apart_only_without_a_suffix() -> None:
    spelled = "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"
    assert parse(prompt=spelled) == CompletionRequest("a", "b")
    assert parse(prompt=spelled, suffix="c") == CompletionRequest(spelled, "c")


def test_pieces_become_one_answer_with_usage() -> None:
    answer = protocol.completion("id", 7, "tiny", [Piece("a"), Piece("b", "length", 10, 2)])
    assert answer["choices"] == [
        {"index": 0, "text": "ab", "logprobs": None, "finish_reason": "length"}
    ]
    assert answer["usage"] == {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
