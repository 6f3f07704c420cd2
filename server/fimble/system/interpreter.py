"""How Python is started, so that no folder that it is started in can put modules in its way.

`python -m` and `python -c` look for every module in the current folder first. A current folder is
often a workspace, and a workspace is not ours: its `json.py` would run.
"""

from __future__ import annotations

import os
import sys


def command(*arguments: str) -> tuple[str, ...]:
    """This Python with `arguments`."""
    return (sys.executable, safety(), *arguments)


def safety() -> str:
    """The option that keeps the current folder out; what this process ignores stays ignored."""
    return "-I" if sys.flags.isolated else "-P"


def forget_current_folder() -> None:
    """For `python -m fimble` without the option: modules are not looked for there from now on.

    Python itself has imported a few from there by then, so what starts Fimble should be `fimble` or
    `python -P -m fimble`.
    """
    if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109  pathlib is not imported yet
        del sys.path[0]
