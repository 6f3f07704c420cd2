"""What one client may take from the others: time, bytes, connections."""

from __future__ import annotations

import sys
from dataclasses import dataclass

_FILES = 16_384
"""Open files asked of the system, where it does not name a limit of its own."""


@dataclass(frozen=True)
class Limits:
    """How much a client may take, each in total: a byte now and then buys no time.

    Attributes:
        head_s: Seconds for a request's head, and for a body that nobody will read.
        body_s: Seconds for a request's body.
        rest_s: Seconds between two requests on one connection.
        write_s: Seconds in which a client has to take something of its answer.
        linger_s: Seconds for a client that sent no HTTP to read that.
        body_bytes: Of one request.
        ahead_bytes: Of further requests, sent before the first one is answered.
        connections: Open at a time; one more closes the one that has rested longest.
    """

    head_s: float = 10.0
    body_s: float = 30.0
    rest_s: float = 60.0
    write_s: float = 30.0
    linger_s: float = 2.0
    body_bytes: int = 8 * 1024 * 1024
    ahead_bytes: int = 64 * 1024
    connections: int = 4096


def connections(files: int) -> int:
    """How many connections a process may hold that can open so many files: half of them."""
    return min(Limits.connections, files // 2)


def raise_file_limit() -> int:
    """Raises this process's limit of open files as far as it may; says where it is then."""
    if sys.platform == "win32":
        return _FILES
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):  # macOS: the kernel has another limit below the hard one
            pass
    return _FILES if soft == resource.RLIM_INFINITY else soft
