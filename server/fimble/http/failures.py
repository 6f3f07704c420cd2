"""Every failure as an answer in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from fimble.errors import FimbleError
from fimble.http import protocol
from fimble.http.protocol import BadRequestError, NoSuchModelError


async def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadRequestError)
    found = not isinstance(error, NoSuchModelError)
    code = None if found else "model_not_found"
    failure = protocol.failure(str(error), param=error.param, code=code)
    return JSONResponse(failure, HTTPStatus.BAD_REQUEST if found else HTTPStatus.NOT_FOUND)


async def _no_answer(request: Request, error: Exception) -> Response:
    return JSONResponse(protocol.failure(str(error), "server_error"), 503)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = error.detail if error.status_code in (408, 413) else HTTPStatus(error.status_code).phrase
    message = f"{request.method} {request.scope['path']}: {said}"
    return JSONResponse(protocol.failure(message), error.status_code, error.headers)


async def _nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # never sent: there is nobody to read it


async def _unexpected(request: Request, error: Exception) -> Response:
    failure = protocol.failure("something went wrong; Fimble's log says what", "server_error")
    return JSONResponse(failure, 500)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    BadRequestError: _bad_request,
    FimbleError: _no_answer,
    HTTPException: _http_error,
    ClientDisconnect: _nobody,
    Exception: _unexpected,
}
"""Of `Starlette`: the handler of the nearest class answers."""
