"""What the project around a document says of its style."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from fimble.system.place import local_path
from fimble.system.reading import read_regular

_LARGEST = 1_000_000
_KEYS = (
    ("tool", "pydoclint", "style"),
    ("tool", "ruff", "lint", "pydocstyle", "convention"),
    ("tool", "pydocstyle", "convention"),
)
_NAMES = {"google": "google", "numpy": "numpy", "sphinx": "sphinx", "pep257": "plain"}


def style(uri: str) -> str:
    """The docstring style that the nearest `pyproject.toml` names, "" if it names none."""
    path = local_path(uri)
    for folder in path.parents if path is not None else ():
        file = folder / "pyproject.toml"
        if file.is_file():
            return _style(file)
    return ""


def _style(file: Path) -> str:
    try:
        settings = tomllib.loads(read_regular(file, _LARGEST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    for keys in _KEYS:
        value: Any = settings
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and value in _NAMES:
            return _NAMES[value]
    return ""
