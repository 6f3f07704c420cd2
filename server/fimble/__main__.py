"""`python -m fimble`."""

from __future__ import annotations

import sys

from fimble.system import interpreter


def run() -> int:
    """Imports nothing but our own package before the current folder is forgotten."""
    interpreter.forget_current_folder()
    from fimble.cli.main import main

    return main()


sys.exit(run())
