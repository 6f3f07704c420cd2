"""`python -m fimble_export`."""

from __future__ import annotations

import sys

from fimble.system import interpreter


def run() -> int:
    """Imports nothing but our own packages before the current folder is forgotten."""
    interpreter.forget_current_folder()
    from fimble_export.cli import main

    return main()


sys.exit(run())
