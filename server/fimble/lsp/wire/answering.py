"""Handlers and their answers: what runs for a message, and the one answer that comes of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from lsprotocol import types
from lsprotocol.types import ErrorCodes, LSPErrorCodes
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from fimble.lsp.wire.framing import framed
from fimble.lsp.wire.messages import Identity, Refused
from fimble.lsp.wire.pump import Output

_log = logging.getLogger(__name__)
_FAILED = "Fimble failed at this request; its log says why."


class Answering(LanguageServerProtocol):
    """The half of the protocol that speaks.

    Attributes:
        output: Where the client listens; None: nobody does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.output: Output | None = None
        self._commands: dict[Identity, asyncio.Task[Any]] = {}

    def _guarded(
        self,
        number: Identity,
        handler: Callable[..., Any],
        params: Any,
        callback: Callable[[Any], None],
    ) -> None:
        """Runs a handler; its failure is its future's, never the reader's."""
        try:
            self._execute_handler(number, handler, callback, (params,))
        except Exception as error:  # noqa: BLE001 - the guard of the feature boundary
            failed: Future[Any] = Future()
            failed.set_exception(error)
            callback(failed)

    def _execute_handler(
        self,
        msg_id: Identity,
        handler: Callable[..., Any],
        callback: Callable[..., Any],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Any) -> None:
            if self._request_futures.get(msg_id) is future:
                del self._request_futures[msg_id]
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _run_generator(
        self,
        future: Future[Any] | None,
        *,
        gen: Generator[Any, Any, Any],
        result_future: Future[Any],
    ) -> None:
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()  # pygls would leave it open
        else:
            super()._run_generator(future, gen=gen, result_future=result_future)

    @contextmanager
    def cancellable(self) -> Iterator[None]:
        """Binds the running task to its request's id: pygls cancels the answer alone."""
        task, request = asyncio.current_task(), self.msg_id
        if task is not None and request is not None:
            self._commands[request] = task
        try:
            yield
        finally:
            if request is not None:
                self._commands.pop(request, None)

    def _handle_cancel_notification(self, msg_id: Identity) -> None:
        future = None if msg_id in self._result_types else self._request_futures.pop(msg_id, None)
        if future is not None:
            future.cancel()
        task = self._commands.pop(msg_id, None)
        if task is not None:
            task.cancel()

    def _send_handler_result(self, future: Future[Any], *, msg_id: Identity) -> None:
        """Answers a request whose handler has ended, however it has."""
        if future.cancelled():
            why = "The request was cancelled."
            self._refuse(Refused(LSPErrorCodes.RequestCancelled, why, msg_id))
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, future.result())
        elif isinstance(error, Refused):
            self._refuse(Refused(error.code, error.sentence, msg_id))
        elif isinstance(error, JsonRpcException):
            self._send_response(msg_id, error=error.to_response_error())
        else:
            _log.error("A request failed", exc_info=error)
            self._refuse(Refused(ErrorCodes.InternalError, _FAILED, msg_id))

    def _check_handler_result(self, future: Future[Any]) -> None:
        """Logs what became of a notification."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):
            _log.warning("Ignored a notification: %s", error)
        elif error is not None:
            _log.error("A notification failed", exc_info=error)

    def _refuse(self, refused: Refused) -> None:
        error = types.ResponseError(int(refused.code), refused.sentence)
        self._send_response(refused.identity, error=error)

    def _send_response(
        self,
        msg_id: Identity | None,
        result: Any | None = None,
        error: types.ResponseError | None = None,
    ) -> None:
        if error is None:
            try:
                self._write({"id": msg_id, "jsonrpc": "2.0", "result": result})
                return
            except Exception:  # noqa: BLE001 - the guard of the feature boundary
                _log.exception("An answer cannot be written")
                error = types.ResponseError(int(ErrorCodes.InternalError), _FAILED)
        self._write({"id": msg_id, "jsonrpc": "2.0", "error": error})

    def _send_data(self, data: Any) -> None:
        """The way out of pygls, for notifications and requests of the server."""
        self._write(data)

    def _write(self, data: Any) -> None:
        if self.output is None:
            _log.debug("Nobody is there to be told")
            return
        body = json.dumps(data, default=self._serialize_message, allow_nan=False).encode()
        self.output.write(framed(body))
