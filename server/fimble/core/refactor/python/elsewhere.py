"""What another Python file takes from a module by a name, where its imports prove it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fimble.core.refactor.calls.values import Call
from fimble.core.refactor.python import rename as renaming
from fimble.core.refactor.python import signature
from fimble.core.refactor.python.callers import is_annotation
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.python import Source
from fimble.core.text.snapshot import Edit

_ROOTS = frozenset({(), ("src",), ("lib",)})
"""Folders whose modules are imported without the folder's name."""


@dataclass(frozen=True)
class Taken:
    """Where a file has something of a module.

    Attributes:
        aliases: Imports of it.
        attributes: It, as an attribute of the module.
    """

    aliases: tuple[ast.alias, ...]
    attributes: tuple[ast.Attribute, ...]


def rename(scopes: Scopes, path: str, module: str, name: str, new: str) -> tuple[Edit, ...]:
    """The edits of a file at `path` where `name` of the module at `module` became `new`."""
    source, found = scopes.source, _taken(scopes, path, module, name)
    edits = list[Edit]()
    for alias in found.aliases:
        start = source.span(alias)[0]
        own = Edit(start, start + len(name), new)
        variable = None if alias.asname else renaming.variable(scopes, start)
        if variable is None:
            edits.append(own)
        elif not isinstance(variable, str) and not renaming.unclear(scopes, *variable):
            if renaming.is_free(scopes, *variable, new):
                uses = renaming.own(scopes, *variable, new)
                edits += [own, *(e for e in uses if e.start != start)]
            else:
                edits.append(Edit(own.start, own.end, f"{new} as {name}"))
    for attribute in found.attributes:
        end = source.end(attribute)
        if source.text[end - len(name) : end] == name:
            edits.append(Edit(end - len(name), end, new))
    return tuple(sorted({*edits}, key=lambda e: e.start))


def calls(scopes: Scopes, path: str, module: str, name: str) -> tuple[Call, ...]:
    """The calls in a file at `path` of a function of the module at `module`.

    None of them if the file hands the function on, or if its name has another meaning too.
    """
    source, found = scopes.source, _taken(scopes, path, module, name)
    nodes: list[ast.expr] = [*found.attributes]
    for alias in found.aliases:
        variable = renaming.variable(scopes, source.end(alias) - len(alias.asname or name))
        if isinstance(variable, str):
            return ()
        places = scopes.of_variable(*_key(variable))
        if sum(o.binds for o in places) != 1:
            return ()
        starts = {o.start for o in places if not o.binds}
        nodes += [
            n for n in source.nodes if isinstance(n, ast.Name) and source.span(n)[0] in starts
        ]
    called = [source.parents.get(node) for node in nodes]
    pairs = [*zip(nodes, called, strict=True)]
    if not all(
        (isinstance(c, ast.Call) and c.func is n) or is_annotation(source, n) for n, c in pairs
    ):
        return ()
    read = (signature.call_of(source, c) for c in called if isinstance(c, ast.Call))
    return tuple(call for call in read if call is not None)


def _key(variable: tuple[Occurrence, Scope]) -> tuple[str, Scope]:
    return variable[0].name, variable[1]


def _taken(scopes: Scopes, path: str, module: str, name: str) -> Taken:
    source, wanted = scopes.source, _parts(module)
    aliases, modules = list[ast.alias](), set[str]()
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            start = _start(node, path)
            here = [*start, *(node.module or "").split(".")] if node.module else start
            aliases += [a for a in node.names if a.name == name and _is(here, node, wanted, path)]
            modules |= {
                a.asname or a.name for a in node.names if _is([*here, a.name], node, wanted, path)
            }
        elif isinstance(node, ast.Import):
            modules |= {
                a.asname or a.name for a in node.names if _is(a.name.split("."), None, wanted, path)
            }
    return Taken(tuple(aliases), tuple(_attributes(source, scopes, name, modules)))


def _attributes(
    source: Source, scopes: Scopes, name: str, modules: set[str]
) -> Iterator[ast.Attribute]:
    """The attributes of a name that a file reads of modules which it has under their names."""
    for node in source.nodes if modules else ():
        if not isinstance(node, ast.Attribute) or node.attr != name:
            continue
        if ast.unparse(node.value) not in modules:
            continue
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        place = renaming.variable(scopes, source.span(root)[0])
        if isinstance(place, str) or place[1] is not scopes.module:
            continue
        bound = [o for o in scopes.of_variable(*_key(place)) if o.binds]
        statements = (source.statement(o.start, o.start + len(o.name)) for o in bound)
        if all(isinstance(s, ast.Import | ast.ImportFrom) for s in statements):
            yield node


def _parts(path: str) -> tuple[str, ...]:
    """A module's name, from the folder of the workspace on."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[:-1] if parts[-1:] == ("__init__",) else parts


def _start(node: ast.ImportFrom, path: str) -> list[str]:
    """The package that a relative import begins at."""
    folder = PurePosixPath(path).parent.parts
    return [*folder[: len(folder) - node.level + 1]] if node.level else []


def _is(parts: list[str], node: ast.ImportFrom | None, wanted: tuple[str, ...], path: str) -> bool:
    """Whether an imported module is the one that is wanted."""
    found = tuple(parts)
    if node is not None and node.level:
        return found == wanted
    rest = wanted[: len(wanted) - len(found)]
    near = rest in _ROOTS or rest == PurePosixPath(path).parent.parts
    return bool(found) and wanted[len(rest) :] == found and (near or len(found) > 1)
