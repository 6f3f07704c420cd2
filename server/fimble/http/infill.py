"""llama.cpp's `POST /infill`, which llama.vim and llama.vscode speak. Pure: JSON in, JSON out.

Source: the README of llama.cpp's server. `input_prefix` and `prompt` together stand before the
cursor, `input_suffix` behind it. `input_extra` and the sampler names are ignored: Fimble chooses
its own context and sampling. `n_predict: 0` asks for nothing but a warm cache.
"""

from __future__ import annotations

from typing import Any

from fimble.http.protocol import (
    MAX_TOKENS,
    BadRequestError,
    CompletionRequest,
    Piece,
    number,
    stops,
    typed,
)

_DEFAULT_TOKENS = 128


def parse(data: dict[str, Any]) -> CompletionRequest | None:
    """Reads a request; None if nothing is to be predicted.

    Raises:
        BadRequestError: A field has a wrong type, or asks for what there is not.
    """
    if typed(data, "stream", bool, False):
        raise BadRequestError("stream is not supported here; use /v1/completions", "stream")
    wanted = int(number(data, "n_predict", _DEFAULT_TOKENS, -1, 1e9))
    if wanted == 0:
        return None
    return CompletionRequest(
        prompt=typed(data, "input_prefix", str, "") + typed(data, "prompt", str, ""),
        suffix=typed(data, "input_suffix", str, ""),
        max_tokens=min(wanted, MAX_TOKENS) if wanted > 0 else _DEFAULT_TOKENS,
        stop=stops(data),
    )


def answer(model: str, pieces: list[Piece], first_ms: float, total_ms: float) -> dict[str, Any]:
    """The answer to a request.

    Args:
        model: Name of the model.
        pieces: The completion.
        first_ms: Until the first piece.
        total_ms: Until the last piece.
    """
    last = pieces[-1] if pieces else Piece("", "stop")
    rest_ms = total_ms - first_ms
    return {
        "content": "".join(piece.text for piece in pieces),
        "stop": True,
        "model": model,
        "tokens_predicted": last.new_tokens,
        "tokens_evaluated": last.prompt_tokens,
        "truncated": False,
        "timings": {
            "prompt_n": last.prompt_tokens,
            "prompt_ms": first_ms,
            "prompt_per_second": _rate(last.prompt_tokens, first_ms),
            "predicted_n": last.new_tokens,
            "predicted_ms": rest_ms,
            "predicted_per_second": _rate(last.new_tokens, rest_ms),
        },
    }


def _rate(count: int, milliseconds: float) -> float:
    return 1000 * count / milliseconds if milliseconds > 0 else 0.0
