"""Who may ask: a request that names this machine and carries the token.

All others are refused before anything of their bodies is read. Starlette's `TrustedHostMiddleware`
would do for the names, but answers in plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fimble.http import protocol
from fimble.system import access

OPEN = frozenset({"/health", "/v1/health"})
"""What needs no token, as with llama.cpp: it tells no more than that somebody listens."""
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[0-9a-z.-]+)(:[0-9]{1,5})?", re.IGNORECASE)


class Gate:
    """ASGI middleware.

    Args:
        app: What is behind it.
        token: What `Authorization: Bearer` has to say.
        address: What the server is bound to: a name for it beside those that this machine always
            has. The `Host` of a web page on a rebound DNS name is none of them.
    """

    def __init__(self, app: ASGIApp, token: str, address: str) -> None:
        self._app, self._token = app, token
        self._names = _LOCAL_NAMES | {f"[{address}]" if ":" in address else address}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] != "http":
            return
        headers, path = Headers(scope=scope), scope["path"].rstrip("/") or "/"
        refusal = self._refusal(headers, path)
        if refusal is None:
            await self._app({**scope, "path": path}, receive, send)
        else:
            await refusal(scope, receive, send)

    def _refusal(self, headers: Headers, path: str) -> JSONResponse | None:
        host = _HOST.fullmatch(headers.get("host", ""))
        if host is None or host[1].lower() not in self._names:
            return _refused(403, "this server answers its own machine only")
        if "content-length" in headers and "transfer-encoding" in headers:
            return _refused(400, "a body has a Content-Length or is chunked, not both")
        if path not in OPEN and not self._admits(headers.getlist("authorization")):
            return _refused(401, "the token is missing or wrong", "invalid_api_key")
        return None

    def _admits(self, sent: Iterable[str]) -> bool:
        scheme, _, token = ", ".join(sent).partition(" ")
        return access.admits(self._token, token.strip()) and scheme.lower() == "bearer"


def _refused(status: int, message: str, code: str | None = None) -> JSONResponse:
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(protocol.failure(message, code=code), status, headers)
