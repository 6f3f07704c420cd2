"""What the modules of Python's standard library define, read without running them."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from functools import lru_cache
from pathlib import Path

from fimble.core.fixes.base import Members
from fimble.core.refactor.python import scopes
from fimble.core.text import python

_MADE = re.compile(r"\bglobal_enum\b|\bglobals\(\)|\b_convert_\b|^def __getattr__", re.MULTILINE)


@lru_cache(maxsize=64)
def members(module: str) -> Members | None:
    """The names that a top module of the standard library has; None if there is none.

    Its text is read. Only one that is written in C, or that Python itself has loaded, is asked.
    """
    if module not in sys.stdlib_module_names:
        return None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    below = frozenset(file.stem for folder in folders for file in _modules(folder))
    origin = spec.origin or ""
    if not origin.endswith(".py"):
        names = frozenset(dir(importlib.import_module(module)))
        return Members(names, below, complete=True)
    try:
        source = python.parse(Path(origin).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    if source is None:
        return None
    names = frozenset(scopes.of_source(source).module.bound) | _starred(source)
    return Members(names, below, complete=not _MADE.search(source.text))


def _modules(folder: Path) -> list[Path]:
    try:
        return [
            entry
            for entry in folder.iterdir()
            if entry.suffix == ".py" or (entry / "__init__.py").exists()
        ]
    except OSError:
        return []


def _starred(source: python.Source) -> frozenset[str]:
    """The names that `from ... import *` brings from another top module."""
    found = (
        members(node.module)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        if node.names[0].name == "*"
    )
    return frozenset[str]().union(*(known.names for known in found if known is not None))
