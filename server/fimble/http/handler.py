"""One connection of the loopback HTTP server."""

from __future__ import annotations

import hmac
import itertools
import json
import logging
import select
import socket
import sys
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from fimble import __version__
from fimble.errors import FimbleError
from fimble.http import infill, protocol
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece

_log = logging.getLogger(__name__)
_MAX_BODY_BYTES = 8 * 1024 * 1024
_IDLE_SECONDS = 60.0
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


Pieces = Generator[Piece, None, None]


class Completer(Protocol):
    """What the server asks for completions."""

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that can be asked for; the first is the default."""

    def complete(self, request: CompletionRequest) -> Pieces:
        """The completion, piece by piece. Closing the generator stops the generation.

        Called from several threads at once.

        Raises:
            FimbleError: The model cannot answer.
        """


class LoopbackServer(ThreadingHTTPServer):
    """Accepts connections; what every one of them needs to know."""

    daemon_threads = True
    block_on_close = False
    completer: Completer
    token: str
    started: int

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Logs what a handler did not expect; the other connections go on."""
        if isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            _log.debug("The HTTP client went away.")
        else:
            _log.exception("The HTTP request failed.")


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    server_version = f"fimble/{__version__}"
    sys_version = ""
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        """`/v1/models`."""
        if not self._admitted():
            return
        if self.path.rstrip("/") != "/v1/models":
            return self._fail(HTTPStatus.NOT_FOUND, f"there is no {self.path}")
        self._reply(
            HTTPStatus.OK, protocol.models(self.server.completer.models, self.server.started)
        )

    def do_POST(self) -> None:
        """`/v1/completions` and `/infill`."""
        try:
            body = self._body()
            if not self._admitted():
                return
            path = self.path.rstrip("/")
            if path == "/v1/completions":
                self._complete(protocol.parse(protocol.decode(body)))
            elif path == "/infill":
                self._infill(infill.parse(protocol.decode(body)))
            else:
                self._fail(HTTPStatus.NOT_FOUND, f"there is no {self.path}")
        except BadRequestError as error:
            self._fail(HTTPStatus.BAD_REQUEST, str(error))

    def _complete(self, request: CompletionRequest) -> None:
        names = self.server.completer.models
        if request.model and request.model not in names:
            listed = ", ".join(names)
            raise BadRequestError(f"there is no model {request.model!r}; there is {listed}")
        model = request.model or names[0]
        with closing(self.server.completer.complete(request)) as pieces:
            if request.stream:
                self._stream(request, model, pieces)
            else:
                self._answer(model, pieces)

    def _answer(self, model: str, pieces: Pieces) -> None:
        got = self._collect(pieces)
        if got is not None:
            body = protocol.completion(_identity(), int(time.time()), model, got)
            self._reply(HTTPStatus.OK, body)

    def _infill(self, request: CompletionRequest | None) -> None:
        model, begun = self.server.completer.models[0], time.monotonic()
        if request is None:
            return self._reply(HTTPStatus.OK, infill.answer(model, [], 0.0, 0.0))
        with closing(self.server.completer.complete(request)) as pieces:
            first = self._collect(itertools.islice(pieces, 1))
            first_ms = 1000 * (time.monotonic() - begun)
            rest = self._collect(pieces) if first is not None else None
        if first is not None and rest is not None:
            total_ms = 1000 * (time.monotonic() - begun)
            self._reply(HTTPStatus.OK, infill.answer(model, first + rest, first_ms, total_ms))

    def _collect(self, pieces: Iterator[Piece]) -> list[Piece] | None:
        """All pieces, or None if an error was answered. Raises if the client has gone."""
        got: list[Piece] = []
        try:
            for piece in pieces:
                got.append(piece)
                if self._gone():
                    raise ConnectionAbortedError
        except FimbleError as error:
            self._fail(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
            return None
        return got

    def _stream(self, request: CompletionRequest, model: str, pieces: Pieces) -> None:
        """Sends pieces as they come; the headers wait for the first, which may be an error."""
        identity, created, last = _identity(), int(time.time()), Piece("", "stop")
        try:
            first = next(pieces, None)
        except FimbleError as error:
            return self._fail(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        self._begin_stream()
        try:
            while first is not None:
                last = first
                self._send(protocol.event(protocol.chunk(identity, created, model, first)))
                first = next(pieces, None)
        except FimbleError as error:
            self._send(protocol.event(protocol.failure(str(error), "server_error")))
            return
        if request.include_usage:
            summary = protocol.chunk(identity, created, model, last)
            self._send(protocol.event({**summary, "choices": [], "usage": protocol.usage(last)}))
        self._send(protocol.DONE)

    def _begin_stream(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()

    def _send(self, data: bytes) -> None:
        if self._gone():
            raise ConnectionAbortedError
        self.wfile.write(data)
        self.wfile.flush()

    def _admitted(self) -> bool:
        """Answers a request that may not be here and says False."""
        host = self.headers.get("Host", "").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in _LOCAL_NAMES and name != self.server.server_address[0]:
            self._fail(HTTPStatus.FORBIDDEN, "this server answers its own machine only")
            return False
        scheme, _, sent = self.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(sent.strip().encode(), self.server.token.encode())
        if scheme.lower() != "bearer" or not right:
            self._fail(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
            return False
        return True

    def _body(self) -> bytes:
        stated = self.headers.get("Content-Length", "")
        if not stated.isdecimal() or int(stated) > _MAX_BODY_BYTES:
            self.close_connection = True
            raise BadRequestError(f"Content-Length must be given, at most {_MAX_BODY_BYTES}")
        return self.rfile.read(int(stated))

    def _gone(self) -> bool:
        """Whether the client has closed its end; nobody needs the rest then."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _fail(self, status: HTTPStatus, message: str) -> None:
        self.close_connection = True
        kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request"
        self._reply(status, protocol.failure(message, kind))

    def _reply(self, status: HTTPStatus, data: dict[str, Any]) -> None:
        body = json.dumps(data, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged at DEBUG; their text never is."""
        _log.debug(format, *args)


def _identity() -> str:
    return f"cmpl-{uuid.uuid4().hex}"
