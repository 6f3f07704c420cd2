"""The other files of the project around a document: where they have a name, what they use of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fimble.checks.place import local_path
from fimble.core import python
from fimble.core.fixes import Problem, interface_change
from fimble.retrieval.reading import read_regular

_ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist", "site-packages", "venv"})
_MOST_FILES = 2000
_LARGEST = 500_000


def modules_of(name: str, uri: str) -> tuple[str, ...]:
    """Python modules that a name can be imported from: as others do it, then as it is defined."""
    used: Counter[str] = Counter()
    defined: list[str] = []
    for root, file, text in _others(uri):
        if name not in text:
            continue
        used.update(_imported_from(name, text))
        if re.search(rf"^(?:class|def|async def) {name}\b|^{name}(?::[^=\n]+)? = ", text, re.M):
            defined.append(_module(file, root))
    return tuple(dict.fromkeys([*(m for m, _ in used.most_common(2)), *sorted(defined)[:2]]))


def broken(problem: Problem, after: str) -> str:
    """Why a text may not take the document's place: another file uses what it changes."""
    old = problem.source
    new = python.parse(after) if old is not None else None
    for change in interface_change.changes(old, new) if old and new else ():
        for root, file, text in _others(problem.snapshot.uri):
            if change.breaks(text):
                return f"it would change `{change.name}`, which {file.relative_to(root)} may use"
    return ""


def _others(uri: str) -> Iterator[tuple[Path, Path, str]]:
    """The project's folder, a file that is not the document, and its text."""
    path = local_path(uri)
    parents = path.parents if path is not None else ()
    for root in [p for p in parents if any((p / r).exists() for r in _ROOTS)][:1]:
        for file in _files(root):
            if file != path:
                yield root, file, _read(file)


def _imported_from(name: str, text: str) -> Iterator[str]:
    for match in re.finditer(
        r"^from ([\w.]+) import (?:\(([^()]*)\)|([^\n]+))", text, re.MULTILINE
    ):
        names = [part.strip() for part in (match[2] or match[3]).split(",")]
        if name in names and not match[1].startswith("."):
            yield match[1]


def _files(root: Path) -> Iterator[Path]:
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
                folders.append(entry)
            elif entry.suffix == ".py":
                count += 1
                yield entry


def _read(file: Path) -> str:
    try:
        return read_regular(file, _LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


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
