"""The end of the process: with its client, and soon after it was asked to end."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

_log = logging.getLogger(__name__)

GRACE_SECONDS = 1.5
_POLL_SECONDS = 0.5


def end_with(
    process_id: int | None, gone: Callable[[], object], *, poll_seconds: float = _POLL_SECONDS
) -> None:
    """Notices when the client's process is gone, whatever the pipes say.

    A pipe can outlive its client: a child that the client started may have inherited it.

    Args:
        process_id: As the client said in `initialize`; one that is not on this machine (a
            container, another host) is not watched.
        gone: Called then, on a thread of its own.
        poll_seconds: How often it is looked for.
    """
    try:
        client = psutil.Process(process_id) if process_id else None
    except (psutil.Error, ValueError, OverflowError):
        client = None
    if client is not None:
        arguments = (client, poll_seconds, gone)
        threading.Thread(target=_watch, args=arguments, name="client", daemon=True).start()


def end_soon(
    status: Callable[[], int],
    *,
    seconds: float = GRACE_SECONDS,
    leave: Callable[[int], object] | None = None,
) -> threading.Timer:
    """Leaves after `seconds` if the process has not ended by itself.

    Args:
        status: The exit status by then.
        seconds: So long nothing is forced.
        leave: How; `end_now` unless said otherwise.
    """
    force = leave or end_now
    timer = threading.Timer(seconds, lambda: force(status()))
    timer.daemon = True
    timer.start()
    return timer


def end_now(status: int) -> None:
    """Ends the process at once, and the programs that run for it: no thread is asked for that."""
    with suppress(psutil.Error):
        for program in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                program.kill()
    logging.shutdown()
    os._exit(status)


def end_on_signal() -> None:
    """Has the signal that asks for the end raise `SystemExit`, until the event loop heeds it."""

    def end(*_: object) -> None:
        raise SystemExit(1)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)


def _watch(client: psutil.Process, poll_seconds: float, gone: Callable[[], object]) -> None:
    while _alive(client):
        time.sleep(poll_seconds)
    _log.warning("The client's process is gone")
    gone()


def _alive(client: psutil.Process) -> bool:
    try:
        return bool(client.is_running()) and client.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
