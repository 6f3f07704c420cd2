"""JSON-RPC 2.0 messages as they come in: what they are, or why they are refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lsprotocol.types import ErrorCodes

Identity = int | str


class Refused(Exception):
    """A message that gets an error for its answer.

    Attributes:
        code: The error's code.
        sentence: What is wrong with it.
        identity: The request that is answered, None if that cannot be told.
    """

    def __init__(self, code: int, sentence: str, identity: Identity | None = None) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.identity = code, sentence, identity


@dataclass(frozen=True)
class Request:
    """Wants an answer."""

    identity: Identity
    method: str
    params: Any


@dataclass(frozen=True)
class Notification:
    """Wants none."""

    method: str
    params: Any


@dataclass(frozen=True)
class Response:
    """Answers a request of the server.

    Attributes:
        identity: Of the request.
        content: The message; some clients leave a `result` out that is null.
    """

    identity: Identity
    content: dict[str, Any]


def read(body: bytes) -> Request | Notification | Response:
    """The message that a body holds.

    Raises:
        Refused: It is no JSON, or no message.
    """
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(
            ErrorCodes.ParseError, f"The message is not JSON: {_brief(error)}."
        ) from error
    if not isinstance(content, dict):
        raise Refused(ErrorCodes.InvalidRequest, "A message must be one JSON object.")
    identity = _identity(content["id"]) if "id" in content else None
    if content.get("jsonrpc") != "2.0":
        raise Refused(ErrorCodes.InvalidRequest, 'A message must say "jsonrpc": "2.0".', identity)
    return _read(content, identity)


def error(identity: Identity | None, code: int, sentence: str) -> bytes:
    """The body of an answer that says what is wrong."""
    failure = {"code": code, "message": sentence}
    return json.dumps({"id": identity, "jsonrpc": "2.0", "error": failure}).encode()


def _read(content: dict[str, Any], identity: Identity | None) -> Request | Notification | Response:
    method, params = content.get("method"), content.get("params")
    if "method" not in content and "params" not in content and identity is not None:
        return Response(identity, content)
    if not isinstance(method, str):
        raise Refused(ErrorCodes.InvalidRequest, "A message must name its method.", identity)
    if "id" not in content:
        return Notification(method, params)
    if identity is None:
        raise Refused(ErrorCodes.InvalidRequest, "A request's id must be a whole number or a text.")
    return Request(identity, method, params)


def _identity(given: object) -> Identity | None:
    """An id; numbers without a fraction are whole, however they are written."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return given if isinstance(given, int | str) and not isinstance(given, bool) else None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _brief(error: Exception) -> str:
    """What is wrong, without the text in which it is."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number is wrong"
