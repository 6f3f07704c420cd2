"""LSP as it is written: pygls' protocol, with every request answered exactly once.

What pygls 2.1 leaves open is closed here. A request is answered whatever is wrong with it: no
JSON, no such method, wrong parameters, too early, too late, a handler that fails. A client's
answer that cannot be read fails what waits for it. `$/cancelRequest` reaches commands. Futures of
notifications are let go. No text of a document reaches the log.
"""

from __future__ import annotations

import contextvars
import logging
import uuid
from collections.abc import Callable, Generator
from typing import Any

import attrs
from lsprotocol import types
from lsprotocol.types import ErrorCodes
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.protocol import lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage

from fimble.lsp.documents import LspWorkspace, is_uri
from fimble.lsp.wire import messages, older, own, reading
from fimble.lsp.wire.answering import Answering
from fimble.lsp.wire.messages import Notification, Refused, Request, Response

_log = logging.getLogger(__name__)


class FimbleProtocol(Answering):
    """See the module. Touched on the event loop only; any thread may call `on_exit`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ready = False
        self.on_exit: Callable[[str], None] = lambda why: None
        """Called when the client leaves, or is gone, with how that was noticed."""

    @property
    def status(self) -> int:
        """The exit status as LSP asks: 0 if the client has said `shutdown`, else 1."""
        return 0 if self._shutdown else 1

    def receive(self, body: bytes) -> None:
        """Takes one message; a request among them is answered, now or later, exactly once."""
        try:
            message = messages.read(body)
            contextvars.copy_context().run(self._dispatch, message)
        except Refused as refused:
            self._refuse(refused)

    def _dispatch(self, message: Request | Notification | Response) -> None:
        match message:
            case Request():
                self._take_request(message)
            case Notification():
                self._take_notification(message)
            case Response():
                self._take_response(message)

    def _take_request(self, request: Request) -> None:
        self._admit(request)
        content = _content(request, id=request.identity)
        kind = own.TYPES.get(request.method) or self.get_message_type(request.method)
        read = reading.structure(self._converter, content, kind or JsonRPCRequestMessage)
        self._ctx_msg_id.set(request.identity)
        self._guarded(
            request.identity,
            self._get_handler(request.method),
            read.params,
            lambda future: self._send_handler_result(future, msg_id=request.identity),
        )

    def _admit(self, request: Request) -> None:
        """Refuses what may not be asked, or not now."""
        identity, method = request.identity, request.method
        if self._shutdown:
            why = "The server was told to shut down; it answers nothing more."
            raise Refused(ErrorCodes.InvalidRequest, why, identity)
        if not self._ready and method != types.INITIALIZE:
            why = f"The server is not initialized: {method} came before initialize was answered."
            raise Refused(ErrorCodes.ServerNotInitialized, why, identity)
        if self._ready and method == types.INITIALIZE:
            why = "The server is initialized already; nothing has changed."
            raise Refused(ErrorCodes.InvalidRequest, why, identity)
        if _is_notification(self.get_message_type(method)):
            why = f"{method} is a notification: it must have no id."
            raise Refused(ErrorCodes.InvalidRequest, why, identity)
        if method not in self.fm.builtin_features and method not in self.fm.features:
            raise Refused(ErrorCodes.MethodNotFound, f"Fimble does not know {method}.", identity)

    def _take_notification(self, notification: Notification) -> None:
        method = notification.method
        known = method in self.fm.builtin_features or method in self.fm.features
        if method == types.EXIT:
            self.on_exit("The client said exit")
        elif self._shutdown or not self._ready:
            _log.info("Ignored %s: the server is not in use", method)
        elif known or method == types.CANCEL_REQUEST:
            self._notice(notification)

    def _notice(self, notification: Notification) -> None:
        method, content = notification.method, _content(notification)
        kind = self.get_message_type(method)
        if kind is not None and not _is_notification(kind):
            _log.warning("Ignored %s: a request needs an id", method)
            return
        try:
            read = reading.structure(self._converter, content, kind or JsonRPCNotification)
        except Refused as refused:
            _log.warning("Ignored: %s", refused)
            return
        if method == types.CANCEL_REQUEST:
            self._handle_cancel_notification(read.params.id)
            return
        number = str(uuid.uuid4())
        self._guarded(number, self._get_handler(method), read.params, self._check_handler_result)

    def _take_response(self, response: Response) -> None:
        identity = response.identity
        future = self._request_futures.get(identity)
        if identity not in self._result_types or future is None:
            if not response.content.keys() & {"result", "error"}:
                raise Refused(ErrorCodes.InvalidRequest, "This is no message.", identity)
            _log.info("Ignored an answer to no question")
            return
        del self._request_futures[identity]
        kind = self._result_types.pop(identity)
        if future.done():  # nobody waits for it any more
            return
        try:
            future.set_result(self._answer(response.content, kind))
        except JsonRpcException as error:
            future.set_exception(error)

    def _answer(self, content: dict[str, Any], kind: type[Any] | None) -> Any:
        """What the client answered.

        Raises:
            JsonRpcException: An error, or nothing that can be read.
        """
        method = "the answer"
        try:
            if content.get("error") is not None:
                failure = {**content, "method": method}
                read = reading.structure(self._converter, failure, types.ResponseErrorMessage)
                raise JsonRpcException.from_error(read.error)
            if kind is None:
                return content.get("result")
            whole = {"result": None, **content, "method": method}
            return reading.structure(self._converter, whole, kind).result
        except Refused as refused:
            raise JsonRpcInternalError(refused.sentence) from refused

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """Answers with the capabilities; documents are LSP's from here on."""
        result = yield from super().lsp_initialize(_with_uris(params))
        folders = list(self.workspace.folders.values())
        encoding = self.workspace.position_encoding
        self._workspace = LspWorkspace(self.workspace.root_uri, folders, encoding)
        self._ready = True
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Ends what is under way; every request of it is answered."""
        self._shutdown = True
        own = self.msg_id
        for number, future in list(self._request_futures.items()):
            if number != own:
                future.cancel()
        handler = self.fm.features.get(types.SHUTDOWN)
        if handler is not None:
            yield handler, args, None


def _with_uris(params: types.InitializeParams) -> types.InitializeParams:
    """Without a root that pygls could not take apart, which would end the start."""
    root = params.root_uri
    if root is None or is_uri(root):
        return params
    _log.warning("The root of the workspace is left out: its URI is none")
    return attrs.evolve(params, root_uri=None)


def _content(message: Request | Notification, **more: Any) -> dict[str, Any]:
    params = older.read(message.method, message.params)
    return {"jsonrpc": "2.0", "method": message.method, "params": params, **more}


def _is_notification(kind: type[Any] | None) -> bool:
    return kind is not None and kind.__name__.endswith("Notification")
