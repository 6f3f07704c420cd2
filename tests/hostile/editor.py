"""The editor's process: it holds the server's pipes, and can be killed.

Run as `python editor.py COMMAND...`: starts the server, hands on what both sides say, and says the
server's process id in a first line of its own.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading

_DATA_LIMIT = 6 << 30
"""Bytes of memory that a server may claim, so that a test that fails spares the machine."""


def _limited() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (_DATA_LIMIT, _DATA_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _hand_on(source: int, target: int) -> None:
    with contextlib.suppress(OSError):
        while data := os.read(source, 65_536):
            while data:
                data = data[os.write(target, data) :]
    with contextlib.suppress(OSError):
        os.close(target)


def main() -> None:
    """Until the server has ended."""
    server = subprocess.Popen(
        sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=_limited
    )
    assert server.stdin is not None
    assert server.stdout is not None
    os.write(1, b"%d\n" % server.pid)
    ways = ((0, server.stdin.fileno()), (server.stdout.fileno(), 1))
    threads = [threading.Thread(target=_hand_on, args=way, daemon=True) for way in ways]
    for thread in threads:
        thread.start()
    threads[1].join()
    os._exit(server.wait() & 0xFF)


if __name__ == "__main__":
    main()
