"""The loopback HTTP server: `POST /v1/completions`, `POST /infill`, `GET /v1/models`.

It answers this machine only. Three locks, each enough against a web page that the user happens to
visit: it binds a loopback address and nothing else, every request must carry the token, and the
`Host` header must name a loopback host (a page on a rebound DNS name sends its own name). There
are no CORS headers, so no page can read an answer.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from types import TracebackType

from fimble.errors import UsageError
from fimble.http.handler import Completer, Handler, LoopbackServer

_POLL_SECONDS = 0.1
"""How often the listening thread looks whether it shall end."""


class HttpServer:
    """Serves a completer until it is closed (it is a context manager).

    Args:
        completer: Answers the requests.
        host: A loopback address or `localhost`.
        port: 0 chooses a free one.
        token: What clients send as `Authorization: Bearer TOKEN`; not empty.

    Raises:
        UsageError: `host` is not on this machine, the port is taken, or the token is empty.
    """

    def __init__(self, completer: Completer, host: str, port: int, token: str) -> None:
        if not token:
            raise UsageError("The HTTP server needs a token.")
        self._server = _bind(completer, loopback(host), port, token)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(_POLL_SECONDS,),
            name="fimble-http",
            daemon=True,
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, with the path that clients call the base URL."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{shown}:{port}/v1"

    def close(self) -> None:
        """Stops listening; requests that run are ended with the process."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> HttpServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def loopback(host: str) -> str:
    """`host` as a loopback address.

    Raises:
        UsageError: It is not one.
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise UsageError(
        f"{host} is not an address of this machine alone.",
        "The HTTP server listens on 127.0.0.1, ::1 or localhost only.",
    )


class _LoopbackServer6(LoopbackServer):
    address_family = socket.AF_INET6


def _bind(completer: Completer, address: str, port: int, token: str) -> LoopbackServer:
    kind = _LoopbackServer6 if ":" in address else LoopbackServer
    try:
        server = kind((address, port), Handler)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Port {port} of {address} cannot be used: {error}.", "Choose another port."
        ) from error
    server.completer, server.token, server.started = completer, token, int(time.time())
    return server
