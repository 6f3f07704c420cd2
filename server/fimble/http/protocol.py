"""OpenAI's text completion protocol, the part of it that editors use. Pure: JSON in, JSON out.

Source: https://platform.openai.com/docs/api-reference/completions. `prompt` is what stands before
the cursor, `suffix` what stands behind it. Both are text: a special token spelled in them stays
text. Only without a `suffix` is a `prompt` looked at for a fill-in-the-middle template.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fimble.http import templates

MAX_TOKENS = 1024
_DEFAULT_TOKENS = 16
_MAX_STOPS = 32
_MAX_STOP_LENGTH = 256
_SEEDS = 2**63

FinishReason = Literal["stop", "length"]


class BadRequestError(Exception):
    """The client asks for something that cannot be done; `str()` is for its user.

    Attributes:
        param: The field that is to blame; None: no single one.
    """

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class NoSuchModelError(BadRequestError):
    """The client asks for a model that there is not."""


@dataclass(frozen=True)
class CompletionRequest:
    """One request.

    Attributes:
        prompt: Text before the cursor.
        suffix: Text behind it; empty: only continue.
        model: The name that the client used; empty: it used none.
        max_tokens: At most this many, 1 to `MAX_TOKENS`.
        temperature: 0 is greedy.
        top_p: Nucleus, 0 to 1.
        stop: Texts at which to end, themselves not returned.
        stream: Whether pieces are sent as they come.
        include_usage: With `stream`: whether token counts are sent at the end.
        seed: Equal seeds give equal answers; None: chosen anew for each request.
    """

    prompt: str
    suffix: str = ""
    model: str = ""
    max_tokens: int = _DEFAULT_TOKENS
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    stream: bool = False
    include_usage: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class Piece:
    """A piece of the completion; the last one has a finish reason and the counts.

    Attributes:
        text: New text.
        finish_reason: None until the last piece.
        prompt_tokens: Length of the prompt; with the last piece.
        new_tokens: Tokens generated; with the last piece.
    """

    text: str
    finish_reason: FinishReason | None = None
    prompt_tokens: int = 0
    new_tokens: int = 0


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object of a request's body.

    Raises:
        BadRequestError: It is none.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequestError("the body is not JSON") from error
    if not isinstance(data, dict):
        raise BadRequestError("the body is not an object")
    return data


def parse(data: dict[str, Any]) -> CompletionRequest:
    """Reads a request.

    Raises:
        BadRequestError: A field has a wrong type, or asks for what there is not.
    """
    _refuse_unsupported(data)
    options = typed(data, "stream_options", dict, {})
    prompt, suffix = _prompt(data), typed(data, "suffix", str, "")
    if not suffix and (parts := templates.split(prompt)) is not None:
        prompt, suffix = parts
    return CompletionRequest(
        prompt=prompt,
        suffix=suffix,
        model=typed(data, "model", str, ""),
        max_tokens=int(number(data, "max_tokens", _DEFAULT_TOKENS, 1, MAX_TOKENS)),
        temperature=number(data, "temperature", 0.0, 0.0, 2.0),
        top_p=number(data, "top_p", 1.0, 0.0, 1.0),
        stop=stops(data),
        stream=typed(data, "stream", bool, False),
        include_usage=typed(options, "include_usage", bool, False),
        seed=_seed(data),
    )


def completion(identity: str, created: int, model: str, pieces: list[Piece]) -> dict[str, Any]:
    """The answer to a request that does not stream."""
    last = pieces[-1] if pieces else Piece("", "stop")
    text = "".join(piece.text for piece in pieces)
    return {
        **chunk(identity, created, model, Piece(text, last.finish_reason)),
        "usage": usage(last),
    }


def chunk(identity: str, created: int, model: str, piece: Piece) -> dict[str, Any]:
    """One piece of a streamed answer."""
    choice = {
        "index": 0,
        "text": piece.text,
        "logprobs": None,
        "finish_reason": piece.finish_reason,
    }
    return {
        "id": identity,
        "object": "text_completion",
        "created": created,
        "model": model,
        "choices": [choice],
    }


def usage(last: Piece) -> dict[str, int]:
    """Token counts, as the last piece has them."""
    return {
        "prompt_tokens": last.prompt_tokens,
        "completion_tokens": last.new_tokens,
        "total_tokens": last.prompt_tokens + last.new_tokens,
    }


def models(names: tuple[str, ...], created: int) -> dict[str, Any]:
    """The list of models."""
    return {"object": "list", "data": [model(name, created) for name in names]}


def model(name: str, created: int) -> dict[str, Any]:
    """One of the models."""
    return {"id": name, "object": "model", "created": created, "owned_by": "fimble"}


def failure(
    message: str,
    kind: str = "invalid_request_error",
    *,
    param: str | None = None,
    code: str | None = None,
) -> dict[str, Any]:
    """An error as OpenAI's clients expect it.

    Args:
        message: For the user.
        kind: `invalid_request_error` or `server_error`.
        param: The field that is to blame.
        code: What a program may look for.
    """
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def event(data: Mapping[str, Any]) -> bytes:
    """A server-sent event."""
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def _refuse_unsupported(data: Mapping[str, Any]) -> None:
    for name, default in (("n", 1), ("best_of", 1), ("echo", False), ("logprobs", None)):
        if data.get(name) not in (default, None):
            raise BadRequestError(f"{name} is not supported", name)


def _prompt(data: Mapping[str, Any]) -> str:
    prompt = data.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    if not isinstance(prompt, str):
        raise BadRequestError("prompt must be one string", "prompt")
    return _valid(prompt)


def _seed(data: Mapping[str, Any]) -> int | None:
    """OpenAI's seeds may be negative; the sampler's are not."""
    seed = data.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise BadRequestError("seed must be an integer", "seed")
    return None if seed is None else seed % _SEEDS


def stops(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The `stop` texts: none, one or a list. Raises `BadRequestError`."""
    stop = data.get("stop")
    texts = [] if stop is None else [stop] if isinstance(stop, str) else stop
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadRequestError("stop must be a string or a list of strings", "stop")
    if len(texts) > _MAX_STOPS:
        raise BadRequestError(f"stop has more than {_MAX_STOPS} texts", "stop")
    if any(len(text) > _MAX_STOP_LENGTH for text in texts):
        raise BadRequestError(f"a stop text is longer than {_MAX_STOP_LENGTH} characters", "stop")
    return tuple(text for text in texts if text)


def typed(data: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """A field of type `kind`; `default` where it is missing or null. Raises `BadRequestError`."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise BadRequestError(f"{name} must be of type {kind.__name__}", name)
    return _valid(value) if isinstance(value, str) else value


def _valid(text: str) -> str:
    """`text` with halves of surrogate pairs, which JSON can spell, replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number(data: Mapping[str, Any], name: str, default: float, least: float, most: float) -> float:
    """A number from `least` to `most`; `default` where missing. Raises `BadRequestError`."""
    value = data.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRequestError(f"{name} must be a number", name)
    if not least <= value <= most:
        raise BadRequestError(f"{name} must be between {least:g} and {most:g}", name)
    return value
