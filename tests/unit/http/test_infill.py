from __future__ import annotations

from typing import Any

import pytest
from fimble.http import infill
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece

LLAMA_VIM: dict[str, Any] = {
    "id_slot": 0,
    "input_prefix": "def f(x):\n",
    "input_suffix": "\nprint(f(1))\n",
    "input_extra": [{"filename": "a.py", "text": "x = 1"}],
    "prompt": "    return ",
    "n_predict": 128,
    "stop": ["\n"],
    "n_indent": 4,
    "top_k": 40,
    "top_p": 0.9,
    "stream": False,
    "samplers": ["top_k", "top_p", "infill"],
    "cache_prompt": True,
    "t_max_prompt_ms": 500,
    "t_max_predict_ms": 1000,
}


def test_a_request_of_llama_vim() -> None:
    assert infill.parse(LLAMA_VIM) == CompletionRequest(
        "def f(x):\n    return ", "\nprint(f(1))\n", max_tokens=128, stop=("\n",)
    )


@pytest.mark.parametrize(("asked", "given"), [(-1, 128), (None, 128), (5, 5), (10**6, 1024)])
def test_the_number_of_tokens(asked: int | None, given: int) -> None:
    request = infill.parse({**LLAMA_VIM, "n_predict": asked})
    assert request is not None
    assert request.max_tokens == given


def test_warming_up_predicts_nothing() -> None:
    assert infill.parse({**LLAMA_VIM, "n_predict": 0}) is None


@pytest.mark.parametrize("field", ["input_prefix", "input_suffix", "prompt", "n_predict"])
def test_wrong_types_are_refused(field: str) -> None:
    with pytest.raises(BadRequestError, match=field):
        infill.parse({**LLAMA_VIM, field: [1]})


def test_streaming_is_refused() -> None:
    with pytest.raises(BadRequestError, match="/v1/completions"):
        infill.parse({**LLAMA_VIM, "stream": True})


def test_the_answer_has_rates() -> None:
    answer = infill.answer("tiny", [Piece("a"), Piece("b", "stop", 100, 4)], 50.0, 130.0)
    assert answer["content"] == "ab"
    assert answer["timings"]["prompt_per_second"] == 2000.0
    assert answer["timings"]["predicted_per_second"] == 50.0
    assert infill.answer("tiny", [], 0.0, 0.0)["timings"]["prompt_per_second"] == 0.0
