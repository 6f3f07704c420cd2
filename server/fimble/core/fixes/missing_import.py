"""A name that nobody defined: imports it from where it lives."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime
import enum
import functools
import pathlib
import re
import sys
import typing
from collections.abc import Iterator
from types import MappingProxyType

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal

UNDEFINED = frozenset({"F821", "name-defined", "reportUndefinedVariable", "E0602"})
_ALIASES = MappingProxyType(
    {
        "np": "numpy",
        "pd": "pandas",
        "plt": "matplotlib.pyplot",
        "tf": "tensorflow",
        "sns": "seaborn",
        "nx": "networkx",
        "sa": "sqlalchemy",
        "dt": "datetime",
        "ET": "xml.etree.ElementTree",
    }
)
_MODULES = (typing, collections, contextlib, dataclasses, datetime, enum, functools)
_NAMES = MappingProxyType(
    {name: m.__name__ for m in _MODULES for name in m.__all__}
    | dict.fromkeys(pathlib.__all__, "pathlib")
    | dict.fromkeys(collections.abc.__all__, "collections.abc")
    | {"ABC": "abc", "abstractmethod": "abc", "Decimal": "decimal", "uuid4": "uuid"}
    | {"UUID": "uuid", "StringIO": "io", "BytesIO": "io", "deepcopy": "copy", "dedent": "textwrap"}
    | {"chain": "itertools", "product": "itertools", "combinations": "itertools"}
    | {"Thread": "threading", "Lock": "threading", "sleep": "time", "MagicMock": "unittest.mock"}
    | {"patch": "unittest.mock", "Mock": "unittest.mock", "TestCase": "unittest"}
)


def is_undefined(problem: Problem) -> str:
    """The name that is not defined, "" if that is not what the diagnostic says."""
    message = problem.diagnostic.message.lower()
    said = problem.code in UNDEFINED or re.search(r"undefined name|is not defined", message)
    name = problem.quoted or problem.text[problem.diagnostic.start : problem.diagnostic.end]
    return name if said and name.isidentifier() else ""


def missing_import(problem: Problem) -> Iterator[Proposal]:
    """Proposes imports: from the project, the standard library, under its usual alias."""
    name, source = is_undefined(problem), problem.source
    if not name or source is None:
        return
    for module in problem.project.get(name, ()):
        edits = imports.add(source, module, name)
        yield Proposal(f"import {name} from {module}", edits)
    if name in _ALIASES:
        edits = imports.add(source, _ALIASES[name], alias=name)
        yield Proposal(f"import {_ALIASES[name]} as {name}", edits)
    attribute = problem.text[problem.diagnostic.end : problem.diagnostic.end + 1] == "."
    if name in sys.stdlib_module_names and (attribute or name not in _NAMES):
        yield Proposal(f"import {name}", imports.add(source, name))
    if name in _NAMES:
        edits = imports.add(source, _NAMES[name], name)
        yield Proposal(f"import {name} from {_NAMES[name]}", edits)
