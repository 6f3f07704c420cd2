"""Renames a variable: every occurrence, and nothing else."""

from __future__ import annotations

import ast
import builtins
import keyword
import re

from fimble.core.python import Definition
from fimble.core.refactor.scopes import Scope, Scopes
from fimble.core.text import Edit


def rename(scopes: Scopes, start: int, new: str) -> tuple[Edit, ...] | None:
    """The edits that rename the variable at `start`.

    Returns:
        None if there is no variable, if `new` would mean something else in one of its scopes,
        if a string may name it (`__all__`, `locals()`), if it is a function or class and the file
        asks some for their `__name__`, or if an occurrence cannot be placed.
        Keyword arguments of calls in the file follow a renamed parameter.
    """
    here = next((o for o in scopes.occurrences if o.start == start), None)
    owner = scopes.owner(here) if here else None
    if here is None or owner is None or not _usable(new):
        return None
    found = scopes.of_variable(here.name, owner)
    if any(o.start < 0 for o in found) or dynamic(scopes, here.name, owner):
        return None
    if _is_asked(scopes, here.name):
        return None
    taken = any(scopes.resolve(new, o.scope) is not None for o in found)
    if taken or any(o.name == new and _below(o.scope, owner) for o in scopes.occurrences):
        return None
    edits = [_edit(scopes, o.start, here.name, new) for o in found]
    edits += _keywords(scopes, here.name, owner, new)
    return tuple(sorted(set(edits), key=lambda e: e.start))


def _edit(scopes: Scopes, start: int, old: str, new: str) -> Edit:
    for node in ast.walk(scopes.source.tree):
        plain = isinstance(node, ast.alias) and node.asname is None and node.name == old
        if plain and scopes.source.span(node)[0] == start:
            return Edit(start, start + len(old), f"{old} as {new}")
    return Edit(start, start + len(old), new)


def _usable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in dir(builtins)


def _below(scope: Scope, owner: Scope) -> bool:
    current: Scope | None = scope
    while current is not None and current is not owner:
        current = current.parent
    return current is owner


def dynamic(scopes: Scopes, name: str, owner: Scope) -> bool:
    """Whether code may reach the variable by a string."""
    for node in ast.walk(owner.node):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ("locals", "vars", "exec", "eval"):
            return True
        if owner is scopes.module and _exports(node, name):
            return True
    return owner.is_class


def _is_asked(scopes: Scopes, name: str) -> bool:
    """Whether functions or classes of the file show their names, and this may be one."""
    if not re.search(r"""(?:\.|["'])__(?:qual)?name__\b(?!["']? *[=!]=)""", scopes.source.text):
        return False
    nodes = ast.walk(scopes.source.tree)
    return any(isinstance(n, Definition) and n.name == name for n in nodes)


def _exports(node: ast.AST, name: str) -> bool:
    """Whether a node lists the name in `__all__`, or looks names up by a string."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        listed = any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets)
        return listed and any(
            isinstance(n, ast.Constant) and n.value == name for n in ast.walk(node)
        )
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "globals"


def _keywords(scopes: Scopes, name: str, owner: Scope, new: str) -> list[Edit]:
    """Keyword arguments of calls to a function whose parameter is renamed."""
    if not isinstance(owner.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    args = owner.node.args
    if name not in {a.arg for a in (*args.args, *args.kwonlyargs)}:
        return []
    edits = []
    for node in ast.walk(scopes.source.tree):
        if isinstance(node, ast.Call) and _calls(node.func, owner.node.name):
            for argument in node.keywords:
                if argument.arg == name:
                    start = scopes.source.span(argument)[0]
                    edits.append(Edit(start, start + len(name), new))
    return edits


def _calls(func: ast.expr, name: str) -> bool:
    return (isinstance(func, ast.Name) and func.id == name) or (
        isinstance(func, ast.Attribute) and func.attr == name
    )
