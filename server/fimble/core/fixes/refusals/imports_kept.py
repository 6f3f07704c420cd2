"""An import that is there for its own sake, and that a fix takes away or moves."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fimble.core.fixes.base import Problem
from fimble.core.refactor.python import free_names
from fimble.core.text import python
from fimble.core.text.python import Function, Source

_PLACES = ("platform", "version_info", "os.name", "TYPE_CHECKING")


@dataclass(frozen=True)
class _Import:
    """An import of one name.

    Attributes:
        module: The module.
        name: What is taken from it, "" for the module itself.
        asname: The name that it is given, "" if none.
    """

    module: str
    name: str
    asname: str

    @property
    def bound(self) -> str:
        """The variable that it sets."""
        return self.asname or self.name or self.module.split(".")[0]


def imports_kept(problem: Problem, after: str) -> str:
    """Refuses a text without an import that is tried, shown to others or found by its name."""
    old = problem.source
    new = python.parse(after) if old is not None else None
    if old is None or new is None:
        return ""
    was, now = list(_imports(old)), list(_imports(new))
    left = Counter(item for item, _ in now)
    guarded = Counter(item for item, guard in was if guard)
    guarded -= Counter(item for item, guard in now if guard)
    if any(guard == "tried" for item, guard in was if item in guarded):
        return "the import is there to be tried"
    if any(left[item] for item in guarded):
        return "the import would no longer depend on where it runs"
    for item, _ in was:
        if left[item] >= sum(other == item for other, _ in was):
            continue
        again = [other for other in left if other.bound == item.bound]
        if not item.name and "." in item.module and again:
            return f"it makes `{item.module}` known to `{item.bound}`"
        why = "" if again else _use(problem, old, item)
        if why:
            return why
    return ""


def _use(problem: Problem, source: Source, item: _Import) -> str:
    """What an import may be for, though no name in the file is its own."""
    name = item.bound
    if item.asname and item.asname == (item.name or item.module):
        return f"`{name}` is imported for other files"
    own = item.module.split(".")[0] not in sys.stdlib_module_names
    if own and problem.snapshot.path.endswith(("__init__.py", "conftest.py")):
        return f"other files may take `{name}` from here"
    if any(isinstance(n, ast.arg) and n.arg == name for n in ast.walk(source.tree)):
        return f"`{name}` may be the fixture of a parameter"
    names = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
    if names & (free_names.DYNAMIC | {"globals"}):
        return f"`{name}` may be read by its name"
    return ""


def _imports(source: Source) -> Iterator[tuple[_Import, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                base = alias.name, ""
                if isinstance(node, ast.ImportFrom):
                    base = "." * node.level + (node.module or ""), alias.name
                yield _Import(*base, alias.asname or ""), _guard(source, node)


def _guard(source: Source, node: ast.AST) -> str:
    """What an import stands in: `tried`, `somewhere` (on some machines) or ""."""
    found, parent = "", source.parents.get(node)
    while parent is not None and not isinstance(parent, Function):
        if isinstance(parent, ast.With | ast.AsyncWith):
            return "tried"
        if isinstance(parent, ast.Try) and parent.handlers and node not in parent.finalbody:
            return "tried"
        if isinstance(parent, ast.If) and any(p in ast.unparse(parent.test) for p in _PLACES):
            found = "somewhere"
        node, parent = parent, source.parents.get(parent)
    return found
