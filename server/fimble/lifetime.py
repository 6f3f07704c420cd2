"""The end of the process: with its client, and soon after it was asked to end."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable

import psutil

_log = logging.getLogger(__name__)

GRACE_SECONDS = 5.0
_POLL_SECONDS = 2.0


def leave_at_once(status: int) -> None:
    """Ends this process and those that it has started: a checker may hang for ever by itself."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    os._exit(status)


def end_with(
    process_id: int | None,
    *,
    poll_seconds: float = _POLL_SECONDS,
    leave: Callable[[int], object] = leave_at_once,
) -> None:
    """Leaves when the client's process is gone, whatever the pipes say.

    A pipe can outlive its client: a child that the client started may have inherited it.

    Args:
        process_id: As the client said in `initialize`; one that is not on this machine (a
            container, another host) is not watched.
        poll_seconds: How often it is looked for.
        leave: Called with the exit status.
    """
    try:
        client = psutil.Process(process_id) if process_id else None
    except (psutil.Error, ValueError, OverflowError):
        client = None
    if client is not None:
        arguments = (client, poll_seconds, leave)
        threading.Thread(target=_watch, args=arguments, name="client", daemon=True).start()


def end_soon(
    *, seconds: float = GRACE_SECONDS, leave: Callable[[int], object] = leave_at_once
) -> threading.Timer:
    """Leaves after `seconds` if the threads have not ended by themselves."""
    timer = threading.Timer(seconds, leave, (1,))
    timer.daemon = True
    timer.start()
    return timer


def _watch(client: psutil.Process, poll_seconds: float, leave: Callable[[int], object]) -> None:
    gone = threading.Event()
    while _alive(client):
        gone.wait(poll_seconds)
    _log.warning("The client's process is gone")
    leave(1)


def _alive(client: psutil.Process) -> bool:
    try:
        return bool(client.is_running()) and client.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
