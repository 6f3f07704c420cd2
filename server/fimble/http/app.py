"""The endpoints, on Starlette: `POST /v1/completions`, `POST /infill`, `GET /v1/models`, `/health`.

A request is one task. While it waits for the model, another one waits for the client to leave; if
it does, the generation is cancelled, wherever it stands.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fimble.errors import FimbleError
from fimble.http import infill, protocol
from fimble.http.gate import OPEN, Gate
from fimble.http.limits import Limits
from fimble.http.protocol import BadRequestError, NoSuchModelError, Piece
from fimble.http.reading import body, unless_gone

Pieces = AsyncGenerator[Piece, None]


class Completer(Protocol):
    """What the server asks for completions."""

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that can be asked for; the first is the default."""

    def complete(self, request: protocol.CompletionRequest) -> Pieces:
        """The completion, piece by piece; closing or cancelling it stops the generation.

        Raises:
            BadRequestError: The request has no answer.
            FimbleError: The model cannot answer.
        """


def create(completer: Completer, token: str, address: str, limits: Limits) -> Starlette:
    """The application.

    Args:
        completer: Answers the requests.
        token: What clients have to send.
        address: What the server is bound to.
        limits: Those of bodies count here.
    """
    endpoints = _Endpoints(completer, limits)
    app = Starlette(
        routes=[
            *(Route(path, _health) for path in sorted(OPEN)),
            Route("/v1/models", endpoints.models),
            Route("/v1/models/{name:path}", endpoints.model),
            Route("/v1/completions", endpoints.completions, methods=["POST"]),
            Route("/infill", endpoints.infill, methods=["POST"]),
        ],
        middleware=[Middleware(Gate, token=token, address=address)],
        exception_handlers=_HANDLERS,
    )
    app.router.redirect_slashes = False  # a redirection would repeat what the client calls us
    return app


class _Endpoints:
    def __init__(self, completer: Completer, limits: Limits) -> None:
        self._completer, self._limits, self._started = completer, limits, int(time.time())

    async def models(self, request: Request) -> Response:
        return JSONResponse(protocol.models(self._completer.models, self._started))

    async def model(self, request: Request) -> Response:
        name = self._known(request.path_params["name"])
        return JSONResponse(protocol.model(name, self._started))

    async def completions(self, request: Request) -> Response:
        asked = protocol.parse(protocol.decode(await body(request, self._limits)))
        model = self._known(asked.model) if asked.model else self._completer.models[0]
        identity, created = f"cmpl-{uuid.uuid4().hex}", int(time.time())
        pieces = self._completer.complete(asked)
        if not asked.stream:
            got = await unless_gone(request, _collect(pieces))
            return JSONResponse(protocol.completion(identity, created, model, got))
        first = await unless_gone(request, anext(pieces))  # it may be an error: no header yet

        async def events() -> AsyncIterator[bytes]:
            last = first
            yield protocol.event(protocol.chunk(identity, created, model, first))
            try:
                async for last in pieces:
                    yield protocol.event(protocol.chunk(identity, created, model, last))
            except FimbleError as error:
                yield protocol.event(protocol.failure(str(error), "server_error"))
                return
            if asked.include_usage:
                summary = protocol.chunk(identity, created, model, last)
                yield protocol.event({**summary, "choices": [], "usage": protocol.usage(last)})
            yield protocol.DONE

        return _Events(events(), pieces)

    async def infill(self, request: Request) -> Response:
        asked = infill.parse(protocol.decode(await body(request, self._limits)))
        model, begun = self._completer.models[0], time.monotonic()
        if asked is None:
            return JSONResponse(infill.answer(model, [], 0.0, 0.0))
        pieces = self._completer.complete(asked)
        first = await unless_gone(request, anext(pieces))
        first_ms = 1000 * (time.monotonic() - begun)
        got = [first, *await unless_gone(request, _collect(pieces))]
        total_ms = 1000 * (time.monotonic() - begun)
        return JSONResponse(infill.answer(model, got, first_ms, total_ms))

    def _known(self, name: str) -> str:
        if name not in self._completer.models:
            listed = ", ".join(self._completer.models)
            raise NoSuchModelError(f"there is no model {name[:100]!r}; there is {listed}", "model")
        return name


class _Events(StreamingResponse):
    """Server-sent events; `pieces` are closed however the answer ends."""

    def __init__(self, events: AsyncIterator[bytes], pieces: Pieces) -> None:
        headers = {"cache-control": "no-store"}
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._pieces):
            await super().__call__(scope, receive, send)


async def _collect(pieces: Pieces) -> list[Piece]:
    async with aclosing(pieces):
        return [piece async for piece in pieces]


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


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


_HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    BadRequestError: _bad_request,
    FimbleError: _no_answer,
    HTTPException: _http_error,
    ClientDisconnect: _nobody,
    Exception: _unexpected,
}
"""Of `Starlette`: the handler of the nearest class answers."""
