"""The other files of the project around a document: where they have a name, what they use of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fimble.core.fixes import interface_change
from fimble.core.fixes.interface_change import Change
from fimble.core.text import python
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path
from fimble.system.reading import text_of

_ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist", "site-packages", "venv"})
_USERS = frozenset({".py", ".pyi", ".pyw", ".ipynb", ".toml", ".cfg", ".ini"})
"""Files that can name a function: configuration names where a program starts."""
_MOST_FILES = 2000
_LARGEST = 500_000


def modules_of(name: str, uri: str) -> tuple[str, ...]:
    """Python modules that a name can be imported from: as others do it, then as it is defined."""
    used: Counter[str] = Counter()
    defined: list[str] = []
    path = local_path(uri)
    own = path.stem if path is not None else ""
    for root, file, text in _others(uri):
        if name not in text:
            continue
        used.update(_imported_from(name, text))
        taken = re.search(rf"^(?:from|import)\b.*\b{re.escape(own)}\b", text, re.MULTILINE)
        if _defines(name, text) and not taken:
            defined.append(_module(file, root))
    return tuple(dict.fromkeys([*(m for m, _ in used.most_common(2)), *sorted(defined)[:2]]))


def _defines(name: str, text: str) -> bool:
    """Whether a module has a function, class or constant of the name; a variable is its own."""
    constant = rf"|^{name}(?::[^=\n]+)? = " if name != name.lower() else ""
    return re.search(rf"^(?:class|def|async def) {name}\b{constant}", text, re.M) is not None


def broken(snapshot: Snapshot, after: str) -> str:
    """Why a text may not take the document's place: another file uses what it changes."""
    if snapshot.language_id != "python":
        return ""
    old, new = python.parse(snapshot.text), python.parse(after)
    changes = list(interface_change.changes(old, new)) if old and new else []
    path = local_path(snapshot.uri)
    if not changes or path is None:
        return ""
    others = survey(snapshot.uri)
    module = path.parent.name if path.stem == "__init__" else path.stem
    for change in changes:
        for again in _as_called(change, others):
            for file, text in others.files:
                if again.breaks(text, module):
                    shown = file.relative_to(others.root)
                    return f"it would change `{change.name}`, which {shown} may use"
        if not others.complete and not change.name.startswith("_"):
            return f"it would change `{change.name}`, and not all that may use it can be seen"
    return ""


def _as_called(change: Change, others: Survey) -> Iterator[Change]:
    """A change, and the same one of each other name for what has changed."""
    names, todo = {change.name}, [change.name]
    yield change
    while todo and not change.exact:
        name = todo.pop()
        for _, text in others.files:
            for again in interface_change.named_after(name, text) if name in text else ():
                if again not in names:
                    names.add(again)
                    todo.append(again)
                    yield replace(change, name=again)


@dataclass(frozen=True)
class Survey:
    """The other files around a document.

    Attributes:
        root: The project's folder, or the document's own if it belongs to no project.
        files: Their paths and texts.
        complete: Whether these are all.
    """

    root: Path
    files: tuple[tuple[Path, str], ...]
    complete: bool


def survey(uri: str) -> Survey:
    """The files of the project, or those beside a document without one."""
    path = local_path(uri)
    if path is None:
        return Survey(Path(), (), complete=True)
    root = next((p for p in path.parents if any((p / r).exists() for r in _ROOTS)), None)
    found = list(_files(root or path.parent, deep=root is not None))
    read = [(file, text_of(file, _LARGEST)) for file in found if file != path]
    known = tuple((file, text) for file, text in read if text is not None)
    complete = len(known) == len(read) and len(found) < _MOST_FILES
    return Survey(root or path.parent, known, complete)


def _others(uri: str) -> Iterator[tuple[Path, Path, str]]:
    """The project's folder, a Python file that is not the document, and its text."""
    found = survey(uri)
    if any((found.root / name).exists() for name in _ROOTS):
        for file, text in found.files:
            if file.suffix == ".py":
                yield found.root, file, text


def _imported_from(name: str, text: str) -> Iterator[str]:
    for match in re.finditer(
        r"^from ([\w.]+) import (?:\(([^()]*)\)|([^\n]+))", text, re.MULTILINE
    ):
        names = [part.strip() for part in (match[2] or match[3]).split(",")]
        if name in names and not match[1].startswith("."):
            yield match[1]


def _files(root: Path, *, deep: bool) -> Iterator[Path]:
    folders, count = [root], 0
    while folders and count < _MOST_FILES:
        try:
            entries = sorted(folders.pop(0).iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink() or entry.name.startswith(".") or entry.name in _SKIPPED:
                continue
            if entry.is_dir():
                folders += [entry] * deep
            elif entry.suffix in _USERS:
                count += 1
                yield entry


def _module(file: Path, root: Path) -> str:
    """The dotted name: from the topmost folder of a package, or from the root or `src`."""
    parts = list(file.relative_to(root).with_suffix("").parts)
    if parts[0] == "src":
        parts = parts[1:]
    top = file.parent
    while (top / "__init__.py").exists() and top != root:
        top = top.parent
    if top not in (file.parent, root):
        parts = list(file.relative_to(top).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
