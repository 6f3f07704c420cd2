"""An import inside a function: moved to the top."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal, with_comment, without
from fimble.core.refactor.python.scopes import Scope, Scopes
from fimble.core.text.python import Function, Source
from fimble.core.text.snapshot import Edit

_NOT_EVERYWHERE = frozenset(
    [
        "_winapi",
        "_winreg",
        "antigravity",
        "bz2",
        "crypt",
        "ctypes",
        "curses",
        "dbm",
        "fcntl",
        "grp",
        "idlelib",
        "lzma",
        "msilib",
        "msvcrt",
        "multiprocessing",
        "nis",
        "nt",
        "ossaudiodev",
        "posix",
        "pty",
        "pwd",
        "readline",
        "resource",
        "spwd",
        "sqlite3",
        "ssl",
        "syslog",
        "termios",
        "this",
        "tkinter",
        "tty",
        "turtle",
        "turtledemo",
        "winreg",
        "winsound",
        "zlib",
        "zoneinfo",
    ]
)
"""Of the standard library: not in every Python, or doing something when they are imported."""


def local_import(problem: Problem) -> Iterator[Proposal]:
    """Proposes the import at the top, where it cannot fail there and does nothing else."""
    source, scopes = problem.source, problem.scopes
    if problem.code != "PLC0415" or source is None or scopes is None:
        return
    item = next((n for n in problem.nodes if isinstance(n, ast.Import | ast.ImportFrom)), None)
    if item is None or len(item.names) != 1 or not _may_move(source, scopes, item):
        return
    alias, gone = item.names[0], _gone(source, item)
    if isinstance(item, ast.ImportFrom):
        top = imports.add(source, item.module or "", alias.name, alias.asname or "")
    else:
        top = imports.add(source, alias.name, alias=alias.asname or "")
    bound = alias.asname or alias.name.split(".")[0]
    if gone is not None and (not top or bound not in scopes.module.bound):
        yield Proposal("move it to the top", (*top, gone), loses=(with_comment(source, item),))


def _may_move(source: Source, scopes: Scopes, item: ast.Import | ast.ImportFrom) -> bool:
    """Whether a function always runs the import, first of all that has to do with its name."""
    owner = source.parents.get(item)
    if not isinstance(owner, Function) or item not in owner.body or len(owner.body) == 1:
        return False
    alias, scope = item.names[0], scopes.of_statement(item)
    bound = alias.asname or alias.name.split(".")[0]
    start, end = source.span(item)
    places = [o for o in scopes.occurrences if o.name == bound and o.scope is scope]
    alone = all(o.start >= start and (o.start < end or not o.binds) for o in places)
    module = item.module or "" if isinstance(item, ast.ImportFrom) else alias.name
    level = item.level if isinstance(item, ast.ImportFrom) else 0
    return (
        alone
        and bound not in scope.outer
        and level == 0
        and _is_not_between(scope, bound)
        and (_is_known(module) or _stands_above(source, item))
    )


def _is_not_between(scope: Scope, name: str) -> bool:
    """Whether no function around has a variable of the name."""
    around = (s for s in scope.around() if s is not scope and s.parent is not None)
    return not any(name in s.bound or name in s.outer for s in around)


def _is_known(module: str) -> bool:
    top = module.split(".")[0]
    return top in sys.stdlib_module_names and top not in _NOT_EVERYWHERE and not top.startswith("_")


def _stands_above(source: Source, item: ast.Import | ast.ImportFrom) -> bool:
    """Whether the same import stands at the top of the file already."""
    return any(
        ast.dump(other) == ast.dump(item) and other.lineno < item.lineno
        for other in source.tree.body
    )


def _gone(source: Source, item: ast.stmt) -> Edit | None:
    """Takes the import out, with the blank lines that it leaves at the beginning of its block."""
    edit = without(source, item)
    if edit is None or edit.new_text:
        return edit
    end = edit.end
    if source.text[: edit.start].rstrip(" ").endswith((":\n", ":\r\n", ":\r")):
        while source.text[end : end + 1] in ("\n", "\r"):
            end += 1
    return Edit(edit.start, end, "")
