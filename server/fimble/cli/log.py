"""Logging: everything to stderr, because stdout is the protocol (or the command's result).

No source text or prompt is logged above DEBUG, and nothing ever leaves the machine.
"""

from __future__ import annotations

import logging
from typing import TextIO

ROOT = "fimble"
_PYGLS = "pygls"
LEVELS = ("debug", "info", "warning", "error")
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: str = "warning", stream: TextIO | None = None) -> None:
    """Sends the log of Fimble at `level` and above to `stream` (None: stderr).

    Called once by the command line. A second call replaces the first.

    Raises:
        ValueError: `level` is not among `LEVELS`.
    """
    if level not in LEVELS:
        raise ValueError(f"no log level {level!r}")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(_FORMAT))
    for name, least in ((ROOT, level.upper()), (_PYGLS, _pygls_level(level))):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(least)
        logger.propagate = False


def _pygls_level(level: str) -> int:
    """What pygls logs holds messages, that is, text of documents."""
    return logging.DEBUG if level == "debug" else logging.CRITICAL
