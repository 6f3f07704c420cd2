"""The loopback HTTP server: uvicorn, with each of its defaults decided.

It answers this machine only. Three locks, each enough against a web page that the user happens to
visit: it binds a loopback address and nothing else, every request must carry the token, and the
`Host` header must name a loopback host. There are no CORS headers, so no page can read an answer.
Nothing asks the DNS: addresses are numbers, a client's name is never looked up.
"""

from __future__ import annotations

import math
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from fimble.errors import UsageError
from fimble.http.connection import Config, Connection
from fimble.http.limits import Limits
from fimble.system import access

_HEAD_BYTES = 16 * 1024
_GRACE_S = 2
_BACKLOG = 1024
_HINT = "The HTTP server listens on 127.0.0.1, ::1 or localhost only."


class Server(uvicorn.Server):
    """Serves until it is told to end; then what runs is ended first, so that nobody waits for it.

    Args:
        config: From `configuration`.
        on_exit: Ends what runs.

    Attributes:
        interrupted: Whether the user has ended it. uvicorn raises the signal again when all is
            closed, and the exception of that is lost where a finalizer happens to run.
    """

    def __init__(self, config: Config, on_exit: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._on_exit = on_exit
        self.interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends the server, as a signal asks."""
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening, answers what is asked, closes all connections."""
        self._on_exit()
        await super().shutdown(sockets)


def configuration(app: ASGIApp, limits: Limits) -> Config:
    """What uvicorn does. What is not named here concerns TLS, reloading or WebSockets."""
    config = Config(
        app,
        http=Connection,  # h11, in Python: uvicorn's "auto" takes a C parser where it finds one
        ws="none",
        loop="asyncio",  # "auto" takes uvloop where it finds it
        lifespan="off",  # the app has nothing to start
        interface="asgi3",
        log_config=None,  # Fimble's log stays as it is
        log_level="error",  # a client that sends garbage shall not fill the log
        access_log=False,  # paths and addresses are nobody's business
        proxy_headers=False,  # else any client could say who it is
        forwarded_allow_ips=[],  # else read from the environment
        workers=1,  # else read from the environment; there is one model
        server_header=False,
        date_header=True,  # a server with a clock has to (RFC 9110, 6.6.1)
        limit_concurrency=None,  # it refuses newcomers; `Connection` closes those that rest
        backlog=min(_BACKLOG, limits.connections),  # clients that come at once wait here
        timeout_keep_alive=math.ceil(limits.rest_s),
        timeout_graceful_shutdown=_GRACE_S,  # for ever, by default
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    config.limits = limits
    return config


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens on a loopback address; who comes before it is served waits.

    Args:
        host: A loopback address or `localhost`.
        port: 0 chooses a free one.

    Raises:
        UsageError: `host` is not on this machine, or the port is taken.
    """
    address = access.loopback(host, _HINT)
    bound = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: others could take the port over
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        bound.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        bound.close()
        raise UsageError(
            f"Port {port} of {address} cannot be used: {error}.", "Choose another port."
        ) from error
    return bound


def url(bound: socket.socket) -> str:
    """Where a socket listens, with the path that clients call the base URL."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/v1" if ":" in host else f"http://{host}:{port}/v1"
