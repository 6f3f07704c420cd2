"""A name that nobody defined: imports it from where it lives."""

from __future__ import annotations

import ast
import collections
import contextlib
import copy
import dataclasses
import datetime
import decimal
import enum
import functools
import pathlib
import re
import sys
import textwrap
import typing
import uuid
from collections.abc import Iterator
from types import MappingProxyType

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.refactor.python.callers import is_annotation
from fimble.core.text.python import Definition, Source

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
_OBJECTS = MappingProxyType(
    {
        name: getattr(m, name)
        for m in (*_MODULES, pathlib, collections.abc, decimal, uuid, copy, textwrap)
        for name in getattr(m, "__all__", dir(m))
        if hasattr(m, name)
    }
)
_NAMES = MappingProxyType(
    {name: m.__name__ for m in _MODULES for name in m.__all__}
    | dict.fromkeys(pathlib.__all__, "pathlib")
    | dict.fromkeys(collections.abc.__all__, "collections.abc")
    | {"ABC": "abc", "abstractmethod": "abc", "Decimal": "decimal", "uuid4": "uuid"}
    | {"UUID": "uuid", "StringIO": "io", "BytesIO": "io", "deepcopy": "copy", "dedent": "textwrap"}
    | {"chain": "itertools", "product": "itertools", "combinations": "itertools"}
    | {"Thread": "threading", "Lock": "threading", "MagicMock": "unittest.mock"}
    | {"Mock": "unittest.mock", "TestCase": "unittest"}
)
_COMMON = frozenset(
    [
        "cache",
        "closing",
        "field",
        "fields",
        "final",
        "member",
        "nonmember",
        "patch",
        "product",
        "property",
        "replace",
        "sleep",
        "time",
        "unique",
        "verify",
    ]
)
"""Words that mean many things: only as the decorator of that name one is surely meant."""
_PARTS = MappingProxyType({"date": 3, "datetime": 3, "cast": 2})
"""How many arguments a call has at least that means this function."""


def is_undefined(problem: Problem) -> str:
    """The name that is not defined, "" if that is not what the diagnostic says."""
    message = problem.diagnostic.message.lower()
    said = problem.code in UNDEFINED or re.search(r"undefined name|is not defined", message)
    name = problem.quoted or problem.text[problem.diagnostic.start : problem.diagnostic.end]
    return name if said and name.isidentifier() else ""


def modules_meant(name: str) -> set[str]:
    """Modules of the standard library that a name may mean."""
    return {name, _ALIASES.get(name, name)} & sys.stdlib_module_names


def missing_import(problem: Problem) -> Iterator[Proposal]:
    """Proposes imports that fit every use: of the project, the standard library, by usual alias."""
    name, source = is_undefined(problem), problem.source
    if not name or source is None:
        return
    uses = _uses(problem, name)
    for module in problem.project.get(name, ()):
        if module.split(".")[0] not in sys.stdlib_module_names or _fits(name, uses):
            yield Proposal(f"import {name} from {module}", imports.add(source, module, name))
    if name in _ALIASES and _is_module(problem, _ALIASES[name], uses):
        edits = imports.add(source, _ALIASES[name], alias=name)
        yield Proposal(f"import {_ALIASES[name]} as {name}", edits)
    known = problem.library.get(name)
    below = {u.attribute for u in uses} & (known.modules - known.names) if known else set()
    if len(below) == 1 and {u.attribute for u in uses} == below:
        module = f"{name}.{below.pop()}"
        yield Proposal(f"import {module}", imports.add(source, module))
    elif known is not None and _is_module(problem, name, uses):
        yield Proposal(f"import {name}", imports.add(source, name))
    if name in _NAMES and _fits(name, uses):
        edits = imports.add(source, _NAMES[name], name)
        yield Proposal(f"import {name} from {_NAMES[name]}", edits)


@dataclasses.dataclass(frozen=True)
class _Use:
    """How a name is used at one place.

    Attributes:
        way: `attribute`, `call`, `decorator`, `type` or `value`.
        attribute: Which attribute.
        arguments: How many arguments a call has.
    """

    way: str
    attribute: str = ""
    arguments: int = 0


def _uses(problem: Problem, name: str) -> list[_Use]:
    """Every use of the name where nothing defines it; in quotes it is a type."""
    source, scopes = problem.source, problem.scopes
    if source is None or scopes is None:
        return []
    starts = {o.start for o in scopes.occurrences if o.name == name and scopes.owner(o) is None}
    found = [
        _use(source, node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == name and source.span(node)[0] in starts
    ]
    return found or [_Use("type")]


def _use(source: Source, node: ast.Name) -> _Use:
    parent = source.parents.get(node)
    if isinstance(parent, ast.Attribute):
        return _Use("attribute", parent.attr)
    if isinstance(parent, Definition) and node in parent.decorator_list:
        return _Use("decorator")
    if isinstance(parent, ast.Call) and parent.func is node:
        above = source.parents.get(parent)
        if isinstance(above, Definition) and parent in above.decorator_list:
            return _Use("decorator")
        return _Use("call", arguments=len(parent.args) + len(parent.keywords))
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "isinstance":
        return _Use("type" if parent.args[0] is not node else "value")
    around = next(n for n in source.above(node) if not isinstance(n, ast.expr))
    is_type = is_annotation(source, node) or isinstance(around, ast.ExceptHandler)
    return _Use("type" if is_type else "value")


def _is_module(problem: Problem, module: str, uses: list[_Use]) -> bool:
    """Whether the name is used as a module is: for what it has, and for nothing else."""
    if not all(use.way == "attribute" for use in uses):
        return False
    known = problem.library.get(module)
    return known is None or not known.complete or {u.attribute for u in uses} <= known.names


def _fits(name: str, uses: list[_Use]) -> bool:
    """Whether the function or class of a name can be meant at all its places."""
    if name in _COMMON:
        return all(use.way == "decorator" for use in uses) and name not in ("property", "patch")
    thing = _OBJECTS.get(name)
    for use in uses:
        if use.way == "attribute" and thing is not None and not hasattr(thing, use.attribute):
            return False
        if use.way == "value" and name == name.lower():
            return False
        if use.way == "call" and use.arguments < _PARTS.get(name, 0):
            return False
    return True
